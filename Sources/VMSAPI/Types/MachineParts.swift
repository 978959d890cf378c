/// Time of one part of an operation.
public struct Phase: Message {
    public var name = ""
    public var milliseconds: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("Time of one part of an operation.") {
        Field("name", \.name, "The step, such as sendImage or start.")
        Field("milliseconds", \.milliseconds, "Its time.", .unit("ms"))
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
        Field("type", \.type, "Its type: bridge, network, direct…")
        Field("source", \.source, "Its bridge or network.")
        Field("target", \.target, "The device on the host.")
        Field("model", \.model, "The emulated device, such as virtio.")
        Field("rxBytes", \.rxBytes, "Bytes received, if the hypervisor reports them.", .unit("bytes"))
        Field("txBytes", \.txBytes, "Bytes sent, if the hypervisor reports them.", .unit("bytes"))
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
        Field("readOnly", \.readOnly, "Whether it is read-only for the machine.")
        Field("capacity", \.capacity, "Size for the machine, if the hypervisor reports it.", .unit("bytes"))
        Field("allocation", \.allocation, "Space used on the host, if the hypervisor reports it.", .unit("bytes"))
    }
}

/// The desired state of a machine, beside its observed state.
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

    public static let schema = Schema<Self>("The desired state of a machine, beside its observed state.") {
        Field("vmName", \.vmName, "Its name in VMS; it may have been renamed on its host since.")
        Field("state", \.state, "Desired state.")
        Field("vmIP", \.vmIP, "Address and prefix.")
        Field("vmRAM", \.vmRAM, "Memory.", .unit("MiB"))
        Field("vcpus", \.vcpus, "Virtual CPUs.")
        Field("image", \.image, "Name of its image.")
        Field(
            "imageVersion", \.imageVersion,
            "Version of its image; left out for machines from before versions were recorded.")
        Field("description", \.description, "Note of the caller.")
        Field("created", \.created, "When VMS created it.")
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
        Field("phyServer", \.phyServer, "Its host.")
        Field("uuid", \.uuid, "Its UUID.")
        Field("state", \.state, "Its state.")
        Field("managed", \.managed, "Whether VMS manages it; VMS never destroys other machines.")
        Field(
            "madeAs", \.madeAs, "Its name in VMS, if it was renamed on its host.")
        Field("vmIP", \.vmIP, "Desired address and prefix.")
        Field("vmRAM", \.vmRAM, "Desired memory.", .unit("MiB"))
        Field("vcpus", \.vcpus, "Desired virtual CPUs.")
        Field("image", \.image, "Name of its image.")
        Field(
            "imageVersion", \.imageVersion,
            "Version of its image; left out for machines from before versions were recorded.")
    }
}

/// One scheduler parameter, by the hypervisor's own name.
public struct SchedulerParameter: Message {
    public var name = ""
    public var value = ""

    public init() {}

    public static let schema = Schema<Self>("One scheduler parameter.") {
        Field("name", \.name, "Name given by the hypervisor, such as vcpu_quota.")
        Field("value", \.value, "Its value.")
    }
}
