/// Compares the current way of a transfer with another way for the rest. All rates are bytes of the image per second.
struct FasterWay {
    /// The factor by which the other way has to be faster: the measurement is only a sample.
    private static let margin = 1.25
    /// The number of seconds that the other way has to save.
    private static let saving = 2.0

    /// The estimated rate of the other way.
    var rate: Double
    /// The rate of the current way.
    var plain: Double

    /// Whether enough data is left to make the search for another way worthwhile.
    ///
    /// - Parameters:
    ///   - rest: the bytes of data that are left, without holes.
    ///   - seconds: the duration of the search.
    static func isWorthLooking(rest: Int64, plain: Double, seconds: Double = 0) -> Bool {
        Double(rest) > plain * (saving + seconds)
    }

    var isFaster: Bool { rate > plain * Self.margin }

    /// Whether the other way is clearly faster, and enough data is left to make the switch worthwhile.
    func saves(_ bytes: Double) -> Bool { isFaster && bytes / plain - bytes / rate > Self.saving }
}
