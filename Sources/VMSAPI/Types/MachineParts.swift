/// How long one part of an operation took.
public struct Phase: Message {
    public var name = ""
    public var milliseconds: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("How long one part of an operation took.") {
        Field("name", \.name, "The step, such as sendImage or start.")
        Field("milliseconds", \.milliseconds, "Time spent on it.", .unit("ms"))
    }
}

/// One network interface of a machine, as its host reports it.
public struct Interface: Message {
    public var mac = ""
    public var type: String?
    public var source: String?
    public var target: String?
    public var model: String?
    public var rxBytes: Int64?
    public var txBytes: Int64?

    public init() {}

    public static let schema = Schema<Self>("One network interface of a machine.") {
        Field("mac", \.mac, "MAC address.")
        Field("type", \.type, "How it is connected: bridge, network, direct…")
        Field("source", \.source, "The bridge or network it is connected to.")
        Field("target", \.target, "The device on the host.")
        Field("model", \.model, "The emulated device, such as virtio.")
        Field("rxBytes", \.rxBytes, "Bytes received, where the hypervisor tells.", .unit("bytes"))
        Field("txBytes", \.txBytes, "Bytes sent, where the hypervisor tells.", .unit("bytes"))
    }
}

/// One disk of a machine, as its host reports it.
public struct Disk: Message {
    public var target = ""
    public var source: String?
    public var format: String?
    public var readOnly = false
    public var capacity: Int64?
    public var allocation: Int64?

    public init() {}

    public static let schema = Schema<Self>("One disk of a machine.") {
        Field("target", \.target, "Device name, such as vda.")
        Field("source", \.source, "Path on the host.")
        Field("format", \.format, "raw, qcow2…")
        Field("readOnly", \.readOnly, "Whether the machine may not write to it.")
        Field("capacity", \.capacity, "Size the machine sees, where the hypervisor tells.", .unit("bytes"))
        Field("allocation", \.allocation, "Size it takes on the host, where the hypervisor tells.", .unit("bytes"))
    }
}

/// What we asked for, beside what is observed.
public struct AskedMachine: Message {
    public var vmName: String?
    public var state = MachineState.unknown
    public var vmIP: String?
    public var vmRAM: Int32?
    public var vcpus: Int32?
    public var image: String?
    public var imageVersion: String?
    public var description: String?
    public var created: Instant?

    public init() {}

    public static let schema = Schema<Self>("What was asked for a machine; the observed values stand beside it.") {
        Field("vmName", \.vmName, "Name that it was given here; its host may have it under another by now.")
        Field("state", \.state, "The state it should be in.")
        Field("vmIP", \.vmIP, "Address and prefix.")
        Field("vmRAM", \.vmRAM, "Memory.", .unit("MiB"))
        Field("vcpus", \.vcpus, "Virtual CPUs.")
        Field("image", \.image, "Name of the image it was made from.")
        Field(
            "imageVersion", \.imageVersion,
            "Version of that image; left out for a machine of before versions were kept.")
        Field("description", \.description, "What the caller noted.")
        Field("created", \.created, "When it was created here.")
    }
}

/// One line of a list of machines.
public struct MachineSummary: Message {
    public var vmName = ""
    public var phyServer = ""
    public var uuid = ""
    public var state = MachineState.unknown
    public var managed = false
    public var madeAs: String?
    public var vmIP: String?
    public var vmRAM: Int32?
    public var vcpus: Int32?
    public var image: String?
    public var imageVersion: String?

    public init() {}

    public static let schema = Schema<Self>("One virtual machine in a list.") {
        Field("vmName", \.vmName, "Its name.")
        Field("phyServer", \.phyServer, "The host that carries it.")
        Field("uuid", \.uuid, "Its UUID.")
        Field("state", \.state, "What it is doing.")
        Field("managed", \.managed, "Whether it is ours; we never destroy a machine that is not.")
        Field(
            "madeAs", \.madeAs, "Name that VMS gave it, where its host has it under another by now.")
        Field("vmIP", \.vmIP, "Address and prefix that were asked for.")
        Field("vmRAM", \.vmRAM, "Memory that was asked for.", .unit("MiB"))
        Field("vcpus", \.vcpus, "Virtual CPUs that were asked for.")
        Field("image", \.image, "Name of the image it was made from.")
        Field(
            "imageVersion", \.imageVersion,
            "Version of that image; left out for a machine of before versions were kept.")
    }
}

/// One scheduler parameter under the hypervisor's own name.
public struct SchedulerParameter: Message {
    public var name = ""
    public var value = ""

    public init() {}

    public static let schema = Schema<Self>("One scheduler parameter.") {
        Field("name", \.name, "Name in the hypervisor's own words, such as vcpu_quota.")
        Field("value", \.value, "Its value.")
    }
}
