/// The machines of one host or of all.
public struct ListVirtualMachines: Service {
    public typealias Response = ListVirtualMachinesResponse

    public var phyServer: String?

    public init() {}

    public static let schema = Schema<Self>("The machines of one host or of all, ours and others'.") {
        Field("phyServer", \.phyServer, "Only those of this host.", .maxLength(253))
    }
}

/// What `listVirtualMachines` answers.
public struct ListVirtualMachinesResponse: Message {
    public var result = "SUCCESS"
    public var vm: [MachineSummary] = []
    public var unreachable: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The machines, by host and name.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("vm", \.vm, "The machines.")
        Field(
            "unreachable", \.unreachable,
            "Hosts that did not answer; of their machines only what we asked for is known.")
    }
}
