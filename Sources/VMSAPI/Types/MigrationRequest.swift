/// The fields of a request that moves one or many machines, with limits on the cost of each move.
public protocol MigrationRequest: Message {
    var live: Bool { get set }
    var bandwidth: Int32? { get set }
    var maxDowntime: Int32? { get set }
    var deadline: Int32? { get set }
    var onDeadline: OnDeadline { get set }
    var maxGap: Int32? { get set }
}

extension MigrationRequest {
    static var moveFields: [Field<Self>] {
        [
            Field(
                "live", \.live,
                "true: the machine runs while its memory is copied, and pauses only for the rest; false: it is paused during the whole copy.",
                .optional, .neverEmpty),
            Field(
                "bandwidth", \.bandwidth, "Bandwidth limit for a machine's copy between both hosts.",
                .unit("MiB/s"),
                .range(1...1_000_000), .neverEmpty),
            Field(
                "maxDowntime", \.maxDowntime,
                "Longest pause of a machine, as its hypervisor estimates it: copying continues until the estimate is within it.",
                .unit("ms"), .range(1...2_000_000), .neverEmpty),
            Field(
                "deadline", \.deadline,
                "Time limit for copying a machine; default: 120 with maxGap, otherwise none.",
                .unit("s"), .range(1...86_400), .neverEmpty),
            Field(
                "onDeadline", \.onDeadline, "Treatment of a machine that misses the deadline.", .optional,
                .neverEmpty),
            Field(
                "maxGap", \.maxGap,
                "Longest gap between two answers of a machine: refused if it cannot be kept or measured; the move is aborted if the gap is exceeded during the copy; the answer reports whether it was kept.",
                .unit("ms"), .range(50...600_000), .neverEmpty),
        ]
    }
}
