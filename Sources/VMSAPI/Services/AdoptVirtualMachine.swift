/// Makes a machine ours that somebody else made.
public struct AdoptVirtualMachine: Service {
    public typealias Response = AdoptVirtualMachineResponse

    public var phyServer = ""
    public var vmName = ""

    public init() {}

    public static let schema = Schema<Self>(
        "Takes a machine that somebody else made under our care: from then on it may be shut down, started and destroyed here. Its disks stay when it is destroyed."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("vmName", \.vmName, "Name of the virtual machine.", .alias("VMName"), .maxLength(255))
    }
}

/// What `adoptVirtualMachine` answers.
public struct AdoptVirtualMachineResponse: Message {
    public var result = "SUCCESS"

    public init() {}

    public static let schema = Schema<Self>("The machine is ours.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")

    }
}
