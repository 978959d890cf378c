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

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>("The machines of one host or of all hosts, managed by VMS or not.") {
        Field("phyServer", \.phyServer, "Only machines of this host.", .maxLength(253))
        listFields
    }
}

/// The response of `listVirtualMachines`.
public struct ListVirtualMachinesResponse: ListAnswer {
    public var result = "SUCCESS"
    public var vm: [MachineSummary] = []
    public var unreachable: [String] = []
    public var next: String?
    public var truncated: Bool?
    public var hint: String?

    public init() {}

    public static let schema = Schema<Self>("The machines, by host and name.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("vm", \.vm, "The machines.")
        Field(
            "unreachable", \.unreachable,
            "Hosts that did not answer; for their machines only the desired state is known.")
        listFields
    }
}
