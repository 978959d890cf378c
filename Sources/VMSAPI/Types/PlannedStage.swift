/// A part of a plan that begins when the one before it is done.
public struct PlannedStage: Message {
    public var name = ""
    public var lane: [PlannedLane] = []

    public init() {}

    public static let schema = Schema<Self>("A part of a plan, begun when the one before it is done.") {
        Field("name", \.name, "What it is for, in one word.")
        Field("lane", \.lane, "What is done side by side, a lane for each host.")
    }
}

/// What one host does in a stage of a plan.
public struct PlannedLane: Message {
    public var phyServer = ""
    public var step: [String] = []

    public init() {}

    public static let schema = Schema<Self>("What one host does in a stage, step after step.") {
        Field("phyServer", \.phyServer, "The host's registered name.")
        Field("step", \.step, "What is done, in words for people; they may change.")
    }
}
