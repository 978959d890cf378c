import Testing

@testable import Hosts

/// When an image is sent compressed. Rates are in bytes per second.
@Suite("The choice to compress a transfer")
struct CompressionChoiceTests {
    private static let megabyte = 1_000_000.0
    private static let gibibyte: Int64 = 1 << 30

    private func sample(data: Double = 1, ratio: Double = 0.4, zlib: Double = 30) -> CompressionSample {
        CompressionSample(dataShare: data, ratio: ratio, bytesPerSecond: zlib * Self.megabyte)
    }

    private func pays(_ rest: Int64 = gibibyte, plain: Double, _ sample: CompressionSample) -> Bool {
        CompressionChoice.pays(rest: rest, plain: plain * Self.megabyte, sample: sample)
    }

    @Test("a slow link and data that compresses: yes", arguments: [0.1, 1, 5, 12, 20])
    func slow(plain: Double) { #expect(pays(plain: plain, sample())) }

    @Test("a link that is faster than the processor compresses: no", arguments: [25, 50, 110, 1000])
    func fast(plain: Double) { #expect(!pays(plain: plain, sample())) }

    @Test("data that does not compress, or hardly: no", arguments: [0.81, 0.95, 1, 1.01])
    func dense(ratio: Double) { #expect(!pays(plain: 1, sample(ratio: ratio))) }

    @Test("a busy processor: no")
    func busy() { #expect(!pays(plain: 12, sample(zlib: 14))) }

    @Test("too few bytes left, or too few of them data: no")
    func little() {
        #expect(pays(64 << 20, plain: 12, sample()))
        #expect(!pays(32 << 20, plain: 12, sample()))
        #expect(!pays(plain: 12, sample(data: 0.03)))
    }

    @Test("compression becomes slower with a busy processor or dense data, but not with a small rest")
    func again() {
        let plain = 12 * Self.megabyte
        #expect(CompressionChoice.isFaster(than: plain, sample(data: 0.001)))
        #expect(!CompressionChoice.isFaster(than: plain, sample(zlib: 8)))
        #expect(!CompressionChoice.isFaster(than: plain, sample(ratio: 0.99)))
    }

    @Test("a sample is taken only while much is left")
    func look() {
        #expect(CompressionChoice.isOpen(rest: Self.gibibyte, plain: 12 * Self.megabyte))
        #expect(!CompressionChoice.isOpen(rest: Self.gibibyte / 100, plain: 12 * Self.megabyte))
        #expect(!CompressionChoice.isOpen(rest: 100 * Self.gibibyte, plain: 60 * Self.megabyte))
    }
}
