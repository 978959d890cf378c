/// Creates a virtual router and waits until it answers.
public struct CreateVirtualMachine: Service {
    public typealias Response = CreateVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""
    public var vmIP = ""
    public var vmRAM: Int64?
    public var vmDiskSize: Int64?
    public var image: String?
    public var os: String?
    public var arch: String?
    public var kernelVersion: String?
    public var stack: String?
    public var vcpus: Int32 = 1
    public var netInterface: String?
    public var transferDisk = true
    public var diskPath: String?
    public var description: String?
    public var waitFor = WaitFor.address
    public var hypervisor: String?
    public var guestType: GuestType?
    public var async: Bool?
    public var pool: String?
    public var team: String?

    public init() {}

    public static let access = Access<Self>(.operator, on: .ownerTeam(\.team))

    public static let schema = Schema<Self>(
        "Creates a virtual machine on a host and returns when it runs and answers at vmIP, or undoes everything and faults."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field(
            "vmName", \.vmName,
            "Its name: 1 to 63 letters, digits, dots, hyphens, underscores; begins with a letter or digit.",
            .alias("VMName"), .maxLength(255))
        Field("vmIP", \.vmIP, "Its address, or address/prefix (24 by default; 64 for IPv6).", .maxLength(64))
        Field(
            "vmRAM", \.vmRAM, "Memory, allocated exactly; default: the image's minimum.", .unit("MiB"),
            .range(1...16_777_216))
        Field(
            "vmDiskSize", \.vmDiskSize, "Size of its disk; the image's own size if that is larger.", .unit("GiB"),
            .range(1...65536))
        Field(
            "image", \.image,
            "Image as name, name:version or name:tag; otherwise VMS chooses by os, arch, kernelVersion and stack, or takes the default image.",
            .maxLength(256))
        Field("os", \.os, "Operating system that the image must have.", .maxLength(128))
        Field("arch", \.arch, "Architecture that the image must have.", .maxLength(64))
        Field("kernelVersion", \.kernelVersion, "Kernel version that the image must have.", .maxLength(128))
        Field("stack", \.stack, "Protocol stack that the image must support.", .maxLength(64))
        Field("vcpus", \.vcpus, "Virtual CPUs.", .range(1...512), .optional)
        Field(
            "netInterface", \.netInterface,
            "Bridge or network card of the host for its interface; default: the host's default bridge.",
            .maxLength(15))
        Field(
            "transferDisk", \.transferDisk,
            "false: the disk, or the image, is on the host already, and VMS sends nothing.", .optional)
        Field("diskPath", \.diskPath, "With transferDisk=false: path of the disk on the host.", .maxLength(4096))
        Field("description", \.description, "A note, stored with the machine.", .maxLength(1024))
        Field("waitFor", \.waitFor, "The condition for the call's return.", .optional)
        Field("hypervisor", \.hypervisor, "Required hypervisor of the host: QEMU, Xen, Test.", .maxLength(16))
        Field(
            "guestType", \.guestType,
            "Guest type on a Xen host: pv (paravirtualised) or pvh (with hardware virtualisation); default: pv."
        )
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
        Field(
            "pool", \.pool, "Storage pool on the host for its volumes; default: the host's own (storagePool).",
            .maxLength(255))
        Field("team", \.team, "Team that will own the machine; by default the caller's only team.", .maxLength(63))
    }
}

/// The response of `createVirtualMachine`.
public struct CreateVirtualMachineResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var vmName: String?
    public var phyServer: String?
    public var vmIP: String?
    public var uuid: String?
    public var macAddress: String?
    public var image: String?
    public var imageVersion: String?
    public var transferredBytes: Int64?
    public var phase: [Phase] = []
    public var note: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The machine, running and answering (or its operation, with async).") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
        Field("vmName", \.vmName, "Its name.")
        Field("phyServer", \.phyServer, "Its host.")
        Field("vmIP", \.vmIP, "Its address and prefix.")
        Field("uuid", \.uuid, "Its UUID.")
        Field("macAddress", \.macAddress, "MAC address of its interface.")
        Field("image", \.image, "Name of its image.")
        Field("imageVersion", \.imageVersion, "Version of that image.")
        Field("transferredBytes", \.transferredBytes, "Bytes sent to the host: image and seed.", .unit("bytes"))
        Field("phase", \.phase, "Time of each step.")
        Field("note", \.note, "Remarks about the hosts that do not prevent the call.")
    }
}
