/// Looks at the substrate and at what is laid over it.
public struct TopologyDiscover: Service {
    public typealias Response = TopologyDiscoverResponse

    public init() {}

    public static let schema = Schema<Self>(
        "Tells hosts, their interfaces, what connects the hosts, and the virtual networks over them, with the state of "
            + "each link. Looks and sends nothing over the links; changes nothing."
    ) {}
}

/// What `topologyDiscover` answers.
public struct TopologyDiscoverResponse: Message {
    public var result = "SUCCESS"
    public var host: [TopologyHost] = []
    public var physicalLink: [PhysicalLink] = []
    public var network: [VirtualNetwork] = []

    public init() {}

    public static let schema = Schema<Self>("Hosts and links as they were seen just now.") {
        Field("result", \.result, "SUCCESS, also when hosts do not answer; they are told with the reason.")
        Field("host", \.host, "Every registered host, by name.")
        Field(
            "physicalLink", \.physicalLink,
            "Where hosts meet. Found by their addresses: hosts that have one in the same prefix, on an interface or on a "
                + "bridge that has an interface as its port, are taken to be on one Ethernet segment. Nothing is sent "
                + "to try it, and a host that does not answer is on none.")
        Field(
            "network", \.network,
            "Every virtual network, by name. A link is failed where its part on a host that answers is not as it was "
                + "made; otherwise it is what getVirtualNetwork tells of it.")
    }
}
