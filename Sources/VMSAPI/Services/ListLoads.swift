/// The present loads of hosts, machines and links.
public struct ListLoads: Service {
    public typealias Response = ListLoadsResponse

    public var sort = LoadKey.cpu
    public var phyServer: String?
    public var limit: Int32 = 20

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "The present loads of hosts, machines and links, the heaviest first. They are means over the last period of "
            + "statistics, answered from memory."
    ) {
        Field("sort", \.sort, "What to sort by.", .optional)
        Field("phyServer", \.phyServer, "Only this host, its machines, and links of its routers.", .maxLength(253))
        Field("limit", \.limit, "Maximum number of hosts, of machines, and of links.", .range(1...1000), .optional)
    }
}

/// What loads are sorted by.
public enum LoadKey: String, WireEnum {
    case cpu, memory, traffic, disk, name
}

/// The response of `listLoads`.
public struct ListLoadsResponse: Message {
    public var result = "SUCCESS"
    public var host: [HostLoad] = []
    public var vm: [MachineLoad] = []
    public var link: [LinkLoad] = []

    public init() {}

    public static let schema = Schema<Self>("Present loads, the heaviest first.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("host", \.host, "Hosts.")
        Field("vm", \.vm, "Machines.")
        Field("link", \.link, "Links of virtual networks.")
    }
}
