/// Keeps new machines away from a host, or lets them come again.
public struct SetPhysicalServerMaintenance: Service {
    public typealias Response = SetPhysicalServerMaintenanceResponse

    public var phyServer = ""
    public var maintenance = true

    public init() {}

    public static let schema = Schema<Self>(
        "Keeps new machines away from a host, or lets them come again. Machines that are there go on."
    ) {
        Field("phyServer", \.phyServer, "Host: registered name, or one of its addresses.", .maxLength(253))
        Field("maintenance", \.maintenance, "true keeps new machines away; false ends that.")
    }
}

/// What `setPhysicalServerMaintenance` answers.
public struct SetPhysicalServerMaintenanceResponse: Message {
    public var result = "SUCCESS"
    public var node: Node?

    public init() {}

    public static let schema = Schema<Self>("The host as it is registered now.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("Node", \.node, "The host.")
    }
}
