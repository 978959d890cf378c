/// Whether what is left of a transfer is sent compressed. All rates are bytes of the image per second.
enum CompressionChoice {
    /// By how much it has to be faster. SSH does more with each byte than compress it, and the sample is but a sample.
    static let margin = 1.25
    /// How many seconds it has to save.
    static let saving = 2.0

    /// Whether there is enough left for a sample to be worth its tenth of a second.
    static func isOpen(rest: Int64, plain: Double) -> Bool { Double(rest) > plain * saving }

    /// - Parameters:
    ///   - rest: bytes of the image that are left, holes and zeros included.
    ///   - plain: how fast it is now.
    ///   - sample: what pieces of the rest told.
    static func pays(rest: Int64, plain: Double, sample: CompressionSample) -> Bool {
        guard plain > 0, sample.ratio > 0 else { return false }
        // Either this machine's processor is the limit, or the wire, which has less to carry.
        let compressed = min(sample.bytesPerSecond, plain / sample.ratio)
        let data = Double(rest) * sample.dataShare
        return compressed > plain * margin && data / plain - data / compressed > saving
    }
}
