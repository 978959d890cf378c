/// Decides whether the rest of a transfer is sent compressed. All rates are bytes of the image per second.
enum CompressionChoice {
    /// The number of consecutive rates, each over half a second, below the rate without compression that make the
    /// choice doubtful.
    static let doubts = 4
    /// A rate that zlib does not reach on one processor with images' data; on a faster link not even a sample is taken.
    private static let mostRate = 50_000_000.0

    /// Whether a sample is worth its tenth of a second: enough data is left, and the link is slow enough.
    static func isOpen(rest: Int64, plain: Double) -> Bool {
        plain < mostRate && FasterWay.isWorthLooking(rest: rest, plain: plain)
    }

    /// Whether compression is clearly faster.
    ///
    /// - Parameters:
    ///   - plain: the rate without compression.
    ///   - sample: measured from pieces of the rest.
    static func isFaster(than plain: Double, _ sample: CompressionSample) -> Bool { way(plain, sample).isFaster }

    /// Whether compression is clearly faster, and enough data is left to make the switch worthwhile.
    ///
    /// - Parameter rest: the bytes of the image that are left, including holes and zeros.
    static func pays(rest: Int64, plain: Double, sample: CompressionSample) -> Bool {
        way(plain, sample).saves(Double(rest) * sample.dataShare)
    }

    /// The rate is limited either by this machine's processor, or by the network, which then carries fewer bytes.
    private static func way(_ plain: Double, _ sample: CompressionSample) -> FasterWay {
        FasterWay(rate: min(sample.bytesPerSecond, plain / sample.ratio), plain: plain)
    }
}
