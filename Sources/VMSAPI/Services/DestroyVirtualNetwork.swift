/// Ends and removes a virtual network.
public struct DestroyVirtualNetwork: Service {
    public typealias Response = DestroyVirtualNetworkResponse

    public var networkName = ""
    public var abandon: Bool?
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Ends a virtual network's routers at once and removes them and its links from every host."
    ) {
        Field("networkName", \.networkName, "Name of the network.", .maxLength(255))
        Field(
            "abandon", \.abandon,
            "Give up what of it is on hosts that do not answer, and may still be there. Refused while all answer.")
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `destroyVirtualNetwork` answers.
public struct DestroyVirtualNetworkResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var abandoned: [AbandonedPart] = []
    public var warning: String?
    public var stays: [String] = []
    public var lost: [String] = []

    public init() {}

    public static let schema = Schema<Self>("Nothing is left of the network.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it.")
        Field("abandoned", \.abandoned, "What was given up with hosts that do not answer.")
        Field(
            "warning", \.warning, "What nobody can know of what was given up; left out where nothing was.",
            .maxLength(65536))
        Field(
            "stays", \.stays,
            "Disks that VMS did not make, and those of snapshots that others made: they stay on the host, under these paths."
        )
        Field(
            "lost", \.lost, "What somebody else had kept of it and went with it: saved memory, snapshots, checkpoints.")
    }
}
