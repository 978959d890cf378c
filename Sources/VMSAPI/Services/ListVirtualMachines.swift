/// The machines of one host or of all.
public struct ListVirtualMachines: ListService {
    public typealias Response = ListVirtualMachinesResponse
    public typealias Key = MachineKey

    public var phyServer: String?
    public var filter: [ListTerm<MachineKey>] = []
    public var sort: ListOrder<MachineKey>?
    public var limit: Int32?
    public var after: String?

    public init() {}

    public static let schema = Schema<Self>("The machines of one host or of all, ours and others'.") {
        Field("phyServer", \.phyServer, "Only those of this host.", .maxLength(253))
        listFields
    }
}

/// What `listVirtualMachines` answers.
public struct ListVirtualMachinesResponse: ListAnswer {
    public var result = "SUCCESS"
    public var vm: [MachineSummary] = []
    public var unreachable: [String] = []
    public var next: String?
    public var truncated: Bool?
    public var hint: String?

    public init() {}

    public static let schema = Schema<Self>("The machines, by host and name.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("vm", \.vm, "The machines.")
        Field(
            "unreachable", \.unreachable,
            "Hosts that did not answer; of their machines only what we asked for is known.")
        listFields
    }
}
