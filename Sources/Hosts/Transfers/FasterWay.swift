/// Whether what is left of a transfer goes another way than it began. All rates are bytes of the image per second.
struct FasterWay {
    /// By how much it has to be faster: what it is measured by is but a sample.
    private static let margin = 1.25
    /// How many seconds it has to save.
    private static let saving = 2.0

    /// How fast it is, or seems to be.
    var rate: Double
    /// How fast it is as it began.
    var plain: Double

    /// Whether so much is left that looking for another way is worth its time.
    ///
    /// - Parameters:
    ///   - rest: bytes of data that are left, without holes.
    ///   - seconds: what looking takes.
    static func isWorthLooking(rest: Int64, plain: Double, seconds: Double = 0) -> Bool {
        Double(rest) > plain * (saving + seconds)
    }

    var isFaster: Bool { rate > plain * Self.margin }

    /// Whether it is clearly faster, for so much that going over is worth it.
    func saves(_ bytes: Double) -> Bool { isFaster && bytes / plain - bytes / rate > Self.saving }
}
