public import FoundationEssentials

/// The means of figures over one step.
public struct SeriesPoint: Message {
    public var time = Instant(timeIntervalSince1970: 0)
    public var cpuUse: Double?
    public var memoryUsed: Double?
    public var rxRate: Double?
    public var txRate: Double?
    public var readRate: Double?
    public var writeRate: Double?

    public init() {}

    public static let schema = Schema<Self>(
        "The means of figures over one step; what is not reported is left out."
    ) {
        Field("time", \.time, "Begin of the step.")
        Field("cpuUse", \.cpuUse, "Use of all CPUs of a host, or of one CPU by a machine.", .unit("%"))
        Field(
            "memoryUsed", \.memoryUsed,
            "Memory of a host that is not available to machines; memory that a guest uses, or that a machine occupies "
                + "if its guest does not report that.", .unit("bytes"))
        Field("rxRate", \.rxRate, "Received by network cards.", .unit("bytes/s"))
        Field("txRate", \.txRate, "Sent by network cards.", .unit("bytes/s"))
        Field("readRate", \.readRate, "Read from disks.", .unit("bytes/s"))
        Field("writeRate", \.writeRate, "Written to disks.", .unit("bytes/s"))
    }
}
