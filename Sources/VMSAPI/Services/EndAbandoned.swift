/// Ends what was given up with a host, once it answers again.
public struct EndAbandoned: Service {
    public typealias Response = EndAbandonedResponse

    public var phyServer = ""
    public var forget: Bool?
    public var async: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Ends machines and parts of links that were given up with a host, once it answers again: they are removed as if they had been destroyed, also where they are not there any more. Nothing else is touched. Until then their MAC addresses and VNIs are given to nobody."
    ) {
        Field(
            "phyServer", \.phyServer,
            "Host: registered name, or one of its addresses; to forget, also the name of one that is not registered any more.",
            .maxLength(253))
        Field(
            "forget", \.forget,
            "Do nothing on the host, which will never answer again, and only forget what was given up with it; refused while it answers.",
            .neverEmpty)
        Field("async", \.async, "Return at once with the operation's id instead of waiting for its end.")
    }
}

/// What `endAbandoned` answers.
public struct EndAbandonedResponse: Message {
    public var result = "SUCCESS"
    public var operation: String?
    public var abandoned: [AbandonedPart] = []

    public init() {}

    public static let schema = Schema<Self>("What was ended, or forgotten.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("operation", \.operation, "Id of the operation that did it; left out when there was nothing to do.")
        Field("abandoned", \.abandoned, "What had been given up.")
    }
}
