public import FoundationEssentials

/// What the machines of a team used.
public struct TeamUse: Message {
    public var team = ""
    public var since: Instant?
    public var covered: Int64 = 0
    public var cpuTime: Double?
    public var memory: Double?
    public var rxBytes: Double?
    public var txBytes: Double?
    public var readBytes: Double?
    public var writtenBytes: Double?
    public var step: Int64 = 0
    public var point: [SeriesPoint] = []

    public init() {}

    public static let schema = Schema<Self>("What the machines of a team used; what is not reported is left out.") {
        Field("team", \.team, "Name of the team.")
        Field("since", \.since, "Begin of the first step with figures; left out for none.")
        Field("covered", \.covered, "The time of all steps with figures.", .unit("seconds"))
        Field("cpuTime", \.cpuTime, "Time of one CPU.", .unit("seconds"))
        Field("memory", \.memory, "The mean of the memory that they used together.", .unit("bytes"))
        Field("rxBytes", \.rxBytes, "Received by network cards.", .unit("bytes"))
        Field("txBytes", \.txBytes, "Sent by network cards.", .unit("bytes"))
        Field("readBytes", \.readBytes, "Read from disks.", .unit("bytes"))
        Field("writtenBytes", \.writtenBytes, "Written to disks.", .unit("bytes"))
        Field("step", \.step, "The step of the points.", .unit("seconds"))
        Field("point", \.point, "The means of each step, oldest first; only for a team that the request names.")
    }
}
