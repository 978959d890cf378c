/// An operation: one change of the world, as a plan that is carried out step by step.
public struct Operation: Message {
    public var id = ""
    public var service = ""
    public var state = OperationState.running
    public var phyServer: String?
    public var vmName: String?
    public var networkName: String?
    public var step: String?
    public var done: Int32 = 0
    public var total: Int32 = 0
    public var bytesDone: Int64?
    public var bytesTotal: Int64?
    public var compressed: Bool?
    public var sender: String?
    public var bytesPerSecond: Int64?
    public var bytesLeft: Int64?
    public var dirtiedBytesPerSecond: Int64?
    public var expectedDowntimeMs: Int64?
    public var passes: Int32?
    public var moved: [MovedMachine] = []
    public var started: Instant?
    public var ended: Instant?
    public var code: String?
    public var reason: String?

    public init() {}

    public static let schema = Schema<Self>("An operation and where it stands.") {
        Field("id", \.id, "Its id.")
        Field("service", \.service, "The service that began it.")
        Field("state", \.state, "Where it stands.")
        Field("phyServer", \.phyServer, "The host it concerns.")
        Field("vmName", \.vmName, "The machine it concerns.")
        Field("networkName", \.networkName, "The virtual network it concerns, with machines on many hosts.")
        Field("step", \.step, "The step that runs, or the one that failed.")
        Field("done", \.done, "Steps completed.")
        Field("total", \.total, "Steps in its plan.")
        Field("bytesDone", \.bytesDone, "Bytes sent by the step that runs.", .unit("bytes"))
        Field("bytesTotal", \.bytesTotal, "Bytes that step will send.", .unit("bytes"))
        Field("compressed", \.compressed, "Whether they cross the wire compressed; they are counted as they are.")
        Field("sender", \.sender, "The host that sends them, where that is faster than from this server.")
        Field(
            "bytesPerSecond", \.bytesPerSecond,
            "How fast: an image's own bytes, holes not counted, or what crosses of a machine that moves.",
            .unit("bytes/s"))
        Field(
            "bytesLeft", \.bytesLeft,
            "While a machine moves: what is still to be copied; more is added as it runs on.", .unit("bytes"))
        Field(
            "dirtiedBytesPerSecond", \.dirtiedBytesPerSecond,
            "While a machine moves: what it writes to its memory meanwhile.", .unit("bytes/s"))
        Field(
            "expectedDowntimeMs", \.expectedDowntimeMs,
            "While a machine moves: how long it would stand still if it were switched now.", .unit("ms"))
        Field("passes", \.passes, "While a machine moves: how often its memory has been gone through.")
        Field("moved", \.moved, "For an hour after it: the machines that it moved, and what that cost.")
        Field("started", \.started, "When it began.")
        Field("ended", \.ended, "When it ended.")
        Field("code", \.code, "When it failed: the fault's code.")
        Field("reason", \.reason, "When it failed: the fault's reason.")
    }
}
