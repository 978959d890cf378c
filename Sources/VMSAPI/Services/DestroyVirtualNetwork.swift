/// Stops and removes a virtual network.
public struct DestroyVirtualNetwork: Service {
    public typealias Response = DestroyVirtualNetworkResponse

    public var networkName = ""
    public var abandon: Bool?
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.operator, on: .network(\.networkName))

    public static let schema = Schema<Self>(
        "Stops a virtual network's routers immediately and removes them and its links from every host."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field(
            "abandon", \.abandon,
            "Abandon its parts on hosts that do not answer; they may still exist there. Refused while all hosts answer."
        )
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `destroyVirtualNetwork`.
public struct DestroyVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var abandoned: [AbandonedPart] = []
    public var warning: String?
    public var stays: [String] = []
    public var lost: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The network is removed.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation.")
        Field("abandoned", \.abandoned, "Parts abandoned on hosts that do not answer.")
        Field(
            "warning", \.warning,
            "The risk of abandoning: whether the parts still exist is unknown; left out where nothing was abandoned.",
            .maxLength(65536))
        Field(
            "stays", \.stays,
            "Paths of files that stay on the host: disks that VMS did not create, and disks of snapshots made by others."
        )
        Field(
            "lost", \.lost,
            "State saved outside of VMS that was removed with the machine: saved memory, snapshots, checkpoints.")
    }
}
