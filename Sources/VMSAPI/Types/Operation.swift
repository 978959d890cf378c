/// An operation: one change of hosts and records, as a plan whose steps are carried out one by one.
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

    public static let schema = Schema<Self>("An operation with its state and progress.") {
        Field("id", \.id, "Its id.")
        Field("service", \.service, "The service that began it.")
        Field("state", \.state, "Its state.")
        Field("phyServer", \.phyServer, "The host it concerns.")
        Field("vmName", \.vmName, "The machine it concerns.")
        Field("networkName", \.networkName, "The virtual network it concerns, with machines on many hosts.")
        Field("step", \.step, "The current step, or the one that failed.")
        Field("done", \.done, "Steps completed.")
        Field("total", \.total, "Steps in its plan.")
        Field("bytesDone", \.bytesDone, "Bytes sent by the current step.", .unit("bytes"))
        Field("bytesTotal", \.bytesTotal, "Bytes that the current step sends in total.", .unit("bytes"))
        Field(
            "compressed", \.compressed,
            "Whether the bytes are compressed on the wire; the counters are of uncompressed bytes.")
        Field("sender", \.sender, "The host that sends the bytes, where that is faster than from this server.")
        Field(
            "bytesPerSecond", \.bytesPerSecond,
            "Rate of the transfer: an image's uncompressed bytes without holes, or the bytes on the wire of a migration.",
            .unit("bytes/s"))
        Field(
            "bytesLeft", \.bytesLeft,
            "During a migration: bytes that remain to be copied; the running machine adds more.", .unit("bytes"))
        Field(
            "dirtiedBytesPerSecond", \.dirtiedBytesPerSecond,
            "During a migration: rate at which the machine writes to its memory.", .unit("bytes/s"))
        Field(
            "expectedDowntimeMs", \.expectedDowntimeMs,
            "During a migration: estimated pause if the machine switched hosts now.", .unit("ms"))
        Field("passes", \.passes, "During a migration: passes over the machine's memory.")
        Field("moved", \.moved, "For an hour after its end: the machines that it moved, with the cost of each move.")
        Field("started", \.started, "When it began.")
        Field("ended", \.ended, "When it ended.")
        Field("code", \.code, "If it failed: the fault's code.")
        Field("reason", \.reason, "If it failed: the fault's reason.")
    }
}
