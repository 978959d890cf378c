/// How machines are asked to move, one or many, and what each of them may cost.
public protocol AskedMove: Message {
    var live: Bool { get set }
    var bandwidth: Int32? { get set }
    var maxDowntime: Int32? { get set }
    var deadline: Int32? { get set }
    var onDeadline: OnDeadline { get set }
    var maxGap: Int32? { get set }
}

extension AskedMove {
    static var moveFields: [Field<Self>] {
        [
            Field(
                "live", \.live,
                "true: a machine runs on while its memory is copied, and stands still only for the rest; false: it stands still for as long as that takes.",
                .optional, .neverEmpty),
            Field(
                "bandwidth", \.bandwidth, "The most that a machine takes of the wire between both hosts.",
                .unit("MiB/s"),
                .range(1...1_000_000), .neverEmpty),
            Field(
                "maxDowntime", \.maxDowntime,
                "How long a machine may stand still, as its hypervisor expects it: it is copied until that is kept.",
                .unit("ms"), .range(1...2_000_000), .neverEmpty),
            Field(
                "deadline", \.deadline,
                "How long the copying of a machine may take; 120 with maxGap, and without an end otherwise, where none is given.",
                .unit("s"), .range(1...86_400), .neverEmpty),
            Field(
                "onDeadline", \.onDeadline, "What becomes of a machine that is not there in time.", .optional,
                .neverEmpty),
            Field(
                "maxGap", \.maxGap,
                "Longest time between two answers that a machine's users may meet: refused where that cannot be kept or measured, given up when it is seen to be passed while the machine is copied; the answer tells whether it was kept.",
                .unit("ms"), .range(50...600_000), .neverEmpty),
        ]
    }
}
