/// What happened to hosts and machines.
public struct GetEvents: Service {
    public typealias Response = GetEventsResponse

    public var after: Int64 = 0
    public var phyServer: String?
    public var wait: Int32 = 0
    public var limit: Int32 = 100
    public var newest: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "What happened to hosts, to our machines and networks, oldest first. With wait it answers when the next event comes, so that a program can follow them."
    ) {
        Field(
            "after", \.after, "Only events with a higher number; 0 for all that are kept.", .range(0...Int64.max),
            .optional)
        Field("phyServer", \.phyServer, "Only those of this host, by its registered name.", .maxLength(253))
        Field(
            "wait", \.wait, "How long to wait for an event when there is none yet.", .unit("seconds"), .range(0...60),
            .optional)
        Field("limit", \.limit, "Most events in the answer.", .range(1...1000), .optional)
        Field(
            "newest", \.newest,
            "Where more events are there than the limit: the newest of them instead of the oldest; in the same order.")
    }
}

/// What `getEvents` answers.
public struct GetEventsResponse: Message {
    public var result = "SUCCESS"
    public var event: [Event] = []
    public var last: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("Events, oldest first.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("event", \.event, "The events.")
        Field("last", \.last, "Number of the last event here, or what was asked for as after: the next call's after.")
    }
}
