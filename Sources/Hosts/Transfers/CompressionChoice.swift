/// Whether what is left of a transfer is sent compressed. All rates are bytes of the image per second.
enum CompressionChoice {
    /// By how much it has to be faster. SSH does more with each byte than compress it, and the sample is but a sample.
    static let margin = 1.25
    /// How many seconds it has to save.
    static let saving = 2.0
    /// How many rates in a row, a half second each, that are below what it was plain, make the choice doubtful.
    static let doubts = 4

    /// Whether there is enough left for a sample to be worth its tenth of a second.
    static func isOpen(rest: Int64, plain: Double) -> Bool { Double(rest) > plain * saving }

    /// Whether it is clearly faster to compress.
    ///
    /// - Parameters:
    ///   - plain: how fast it is without.
    ///   - sample: what pieces of the rest told.
    static func isFaster(than plain: Double, _ sample: CompressionSample) -> Bool {
        rate(plain, sample) > plain * margin
    }

    /// Whether it is clearly faster, for so much that going over is worth it.
    ///
    /// - Parameter rest: bytes of the image that are left, holes and zeros included.
    static func pays(rest: Int64, plain: Double, sample: CompressionSample) -> Bool {
        guard isFaster(than: plain, sample) else { return false }
        let data = Double(rest) * sample.dataShare
        return data / plain - data / rate(plain, sample) > saving
    }

    /// Either this machine's processor is the limit, or the wire, which has less to carry.
    private static func rate(_ plain: Double, _ sample: CompressionSample) -> Double {
        min(sample.bytesPerSecond, plain / sample.ratio)
    }
}
