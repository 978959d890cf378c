/// Events of hosts, machines and networks.
public struct GetEvents: Service {
    public typealias Response = GetEventsResponse

    public var after: Int64 = 0
    public var phyServer: String?
    public var wait: Int32 = 0
    public var limit: Int32 = 100
    public var newest: Bool?

    public init() {}

    public static let access = Access<Self>(.viewer, on: .visible)

    public static let schema = Schema<Self>(
        "Events of hosts, machines and networks, oldest first. With wait the call returns at the next event, so that a program can follow them."
    ) {
        Field(
            "after", \.after, "Only events with a higher number; 0 for all that are stored.", .range(0...Int64.max),
            .optional)
        Field("phyServer", \.phyServer, "Only events of this host, by its registered name.", .maxLength(253))
        Field(
            "wait", \.wait, "How long to wait for an event if there is none yet.", .unit("seconds"), .range(0...60),
            .optional)
        Field("limit", \.limit, "Maximum number of events in the answer.", .range(1...1000), .optional)
        Field(
            "newest", \.newest,
            "If there are more events than the limit, return the newest instead of the oldest, in the same order.")
    }
}

/// The response of `getEvents`.
public struct GetEventsResponse: Message {
    public var result = "SUCCESS"
    public var event: [Event] = []
    public var last: Int64 = 0

    public init() {}

    public static let schema = Schema<Self>("Events, oldest first.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("event", \.event, "The events.")
        Field(
            "last", \.last,
            "Number of the last event here, or the request's after if there is none: the next call's after.")
    }
}
