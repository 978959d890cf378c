/// Stops a host from accepting new machines, or lets it accept them again.
public struct SetPhysicalServerMaintenance: Service {
    public typealias Response = SetPhysicalServerMaintenanceResponse

    public var phyServer = ""
    public var maintenance = true

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Stops a host from accepting new machines, or lets it accept them again. Existing machines keep running."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("maintenance", \.maintenance, "true: the host accepts no new machines; false: it accepts them again.")
    }
}

/// The response of `setPhysicalServerMaintenance`.
public struct SetPhysicalServerMaintenanceResponse: Message {
    public var result = "SUCCESS"
    public var node: Node?

    public init() {}

    public static let schema = Schema<Self>("The host's registration after the change.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("Node", \.node, "The host.")
    }
}
