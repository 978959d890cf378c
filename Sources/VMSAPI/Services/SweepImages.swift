/// Removes copies of images from hosts that nobody uses.
public struct SweepImages: Service {
    public typealias Response = SweepImagesResponse

    public var phyServer: String?
    public var olderThanDays: Int32?
    public var dryRun: Bool?

    public init() {}

    public static let schema = Schema<Self>(
        "Removes copies of images from hosts that nobody uses. The next machine that needs one has it sent again."
    ) {
        Field("phyServer", \.phyServer, "Only this host; all of them without it.", .maxLength(253), .neverEmpty)
        Field(
            "olderThanDays", \.olderThanDays,
            "Those that have been unused so long; 0 for every unused one. As the server is set without it.",
            .unit("days"), .range(0...36_500), .neverEmpty)
        Field("dryRun", \.dryRun, "Only tell what would leave.", .neverEmpty)
    }
}

/// What `sweepImages` answers.
public struct SweepImagesResponse: Message {
    public var result = "SUCCESS"
    public var dryRun: Bool?
    public var freed: Int64 = 0
    public var operation: [String] = []
    public var unreachable: [String] = []
    public var copy: [SweptImageCopy] = []

    public init() {}

    public static let schema = Schema<Self>("What left, or would leave with dryRun, and why the rest stays.") {
        Field("result", \.result, "SUCCESS; whatever goes wrong is a fault.")
        Field("dryRun", \.dryRun, "true: this was only told, and nothing was done; false: it was done.")
        Field("freed", \.freed, "Room that is, or would be, free on the hosts by it.", .unit("MiB"))
        Field("operation", \.operation, "Ids of the operations that did it, one for each host that something left.")
        Field("unreachable", \.unreachable, "Hosts that could not be asked.")
        Field("copy", \.copy, "Every copy, by host and volume.")
    }
}
