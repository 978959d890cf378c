/// A stage of a plan; it begins after the end of the stage before.
public struct PlannedStage: Message {
    public var name = ""
    public var lane: [PlannedLane] = []

    public init() {}

    public static let schema = Schema<Self>("A stage of a plan; it begins after the end of the stage before.") {
        Field("name", \.name, "Its purpose, in one word.")
        Field("lane", \.lane, "The lanes, which run in parallel; each belongs to one host.")
    }
}

/// The steps of one host in a stage of a plan.
public struct PlannedLane: Message {
    public var phyServer = ""
    public var step: [String] = []

    public init() {}

    public static let schema = Schema<Self>("The steps of one host in a stage, in order.") {
        Field("phyServer", \.phyServer, "The host's registered name.")
        Field("step", \.step, "The steps, in words for people; they may change.")
    }
}
