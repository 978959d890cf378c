/// Removes the parts that were abandoned with a host, once it answers again.
public struct EndAbandoned: Service {
    public typealias Response = EndAbandonedResponse

    public var phyServer = ""
    public var forget: Bool?
    public var async: Bool?

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Removes machines and parts of links that were abandoned with a host, once the host answers again; parts that do not exist any more count as removed. Nothing else changes. Until then their MAC addresses and VNIs are not reused."
    ) {
        Field(
            "phyServer", \.phyServer,
            "Host: registered name, or one of its addresses; with forget, also the name of a host that is no longer registered.",
            .maxLength(253))
        Field(
            "forget", \.forget,
            "Do nothing on the host, which will never answer again, and only delete the records of its abandoned parts; refused while it answers.",
            .neverEmpty)
        Field("async", \.async, "Return immediately with the operation's id instead of waiting for its end.")
    }
}

/// The response of `endAbandoned`.
public struct EndAbandonedResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var abandoned: [AbandonedPart] = []

    public init() {}

    public static let schema = Schema<Self>("The parts that were removed or forgotten.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("operation", \.operation, "Id of the operation; left out when there was nothing to do.")
        Field("abandoned", \.abandoned, "The abandoned parts.")
    }
}
