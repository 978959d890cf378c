/// Whether what is left of a transfer is sent compressed. All rates are bytes of the image per second.
enum CompressionChoice {
    /// How many rates in a row, a half second each, that are below what it was plain, make the choice doubtful.
    static let doubts = 4
    /// What zlib does not reach on one processor with what images hold; on a faster link not even a sample is taken.
    private static let reach = 50_000_000.0

    /// Whether there is enough left, over a link that is slow enough, for a sample to be worth its tenth of a second.
    static func isOpen(rest: Int64, plain: Double) -> Bool {
        plain < reach && FasterWay.isWorthLooking(rest: rest, plain: plain)
    }

    /// Whether it is clearly faster to compress.
    ///
    /// - Parameters:
    ///   - plain: how fast it is without.
    ///   - sample: what pieces of the rest told.
    static func isFaster(than plain: Double, _ sample: CompressionSample) -> Bool { way(plain, sample).isFaster }

    /// Whether it is clearly faster, for so much that going over is worth it.
    ///
    /// - Parameter rest: bytes of the image that are left, holes and zeros included.
    static func pays(rest: Int64, plain: Double, sample: CompressionSample) -> Bool {
        way(plain, sample).saves(Double(rest) * sample.dataShare)
    }

    /// Either this machine's processor is the limit, or the wire, which has less to carry.
    private static func way(_ plain: Double, _ sample: CompressionSample) -> FasterWay {
        FasterWay(rate: min(sample.bytesPerSecond, plain / sample.ratio), plain: plain)
    }
}
