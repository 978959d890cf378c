/// Removes unused copies of images from hosts.
public struct SweepImages: Service {
    public typealias Response = SweepImagesResponse

    public var phyServer: String?
    public var olderThanDays: Int32?
    public var dryRun: Bool?

    public init() {}

    public static let access = Access<Self>(.admin, on: .server)

    public static let schema = Schema<Self>(
        "Removes unused copies of images from hosts. VMS sends an image again to the next machine that needs it."
    ) {
        Field("phyServer", \.phyServer, "Only this host; default: all hosts.", .maxLength(253), .neverEmpty)
        Field(
            "olderThanDays", \.olderThanDays,
            "Only copies that have been unused for so long; 0 for every unused copy. Default: the server's setting.",
            .unit("days"), .range(0...36_500), .neverEmpty)
        Field("dryRun", \.dryRun, "Only report what would be removed.", .neverEmpty)
    }
}

/// The response of `sweepImages`.
public struct SweepImagesResponse: Message {
    public var result = "SUCCESS"
    public var dryRun: Bool?
    public var freed: Int64 = 0
    public var operation: [String] = []
    public var unreachable: [String] = []
    public var copy: [SweptImageCopy] = []

    public init() {}

    public static let schema = Schema<Self>(
        "The copies removed, or to be removed with dryRun, and the reasons why the others stay."
    ) {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("dryRun", \.dryRun, "true: only planned, nothing was changed; false: carried out.")
        Field("freed", \.freed, "Space freed on the hosts, or that would be freed.", .unit("MiB"))
        Field("operation", \.operation, "Ids of the operations, one for each host from which copies were removed.")
        Field("unreachable", \.unreachable, "Hosts that did not answer.")
        Field("copy", \.copy, "Every copy, by host and volume.")
    }
}
