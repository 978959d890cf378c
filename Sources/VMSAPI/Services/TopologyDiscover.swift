/// Returns the observed substrate and the virtual networks over it.
public struct TopologyDiscover: Service {
    public typealias Response = TopologyDiscoverResponse

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "Returns hosts, their interfaces, the connections between the hosts, and the virtual networks over them, with the "
            + "state of each link. Observes only: sends nothing over the links and changes nothing."
    ) {}
}

/// The response of `topologyDiscover`.
public struct TopologyDiscoverResponse: Message {
    public var result = "SUCCESS"
    public var host: [TopologyHost] = []
    public var physicalLink: [PhysicalLink] = []
    public var network: [VirtualNetwork] = []

    public init() {}

    public static let schema = Schema<Self>("Hosts and links as observed now.") {
        Field("result", \.result, "Always SUCCESS, also when hosts do not answer; those are listed with the reason.")
        Field("host", \.host, "Every registered host, by name.")
        Field(
            "physicalLink", \.physicalLink,
            "Segments between hosts, found by addresses: hosts with an address in the same prefix, on an interface or on a "
                + "bridge with an interface as its port, are assumed to be on one Ethernet segment. VMS sends no frame "
                + "to check it, and a host that does not answer is on no segment.")
        Field(
            "network", \.network,
            "Every virtual network, by name. A link is failed if its part on a host that answers differs from its definition; "
                + "otherwise it has the state that getVirtualNetwork returns.")
    }
}
