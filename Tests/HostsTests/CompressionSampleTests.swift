import FoundationEssentials
import Testing

@testable import Hosts

@Suite("A compressed sample of a file")
struct CompressionSampleTests {
    private static let mebibyte = 1 << 20

    private func sample(_ content: Data, in part: Range<Int64>? = nil) async throws -> CompressionSample? {
        let file = FileManager.default.temporaryDirectory.appending(path: "vms-sample-\(UUID().uuidString)")
        try content.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return await CompressionSample.taken(of: file.path, in: part ?? 0..<Int64(content.count))
    }

    private static let random = Data(
        (0..<(4 * mebibyte / 8)).flatMap { _ in
            withUnsafeBytes(of: UInt64.random(in: 0 ... .max), Array.init)
        })

    @Test("random bytes do not compress")
    func random() async throws {
        let sample = try #require(try await sample(Self.random))
        #expect(sample.dataShare == 1)
        #expect((1..<1.01).contains(sample.ratio))
    }

    @Test("digits compress by the bits of a byte that they do not use")
    func digits() async throws {
        let sample = try #require(try await sample(Data(Self.random.map { 0x30 + $0 % 8 })))
        #expect((0.375..<0.45).contains(sample.ratio))
    }

    @Test("zeros are counted separately, and not as data that compresses well")
    func zeros() async throws {
        let content = Self.random + Data(count: 12 * Self.mebibyte)
        let whole = try #require(try await sample(content))
        #expect(abs(whole.dataShare - 0.25) < 0.02)
        #expect(whole.ratio > 0.99)
        #expect(try await sample(content, in: Int64(4 * Self.mebibyte)..<Int64(content.count)) == nil)
    }

    @Test("a part smaller than a piece, or an unreadable file, gives no sample")
    func nothing() async throws {
        #expect(try await sample(Data(count: 1000)) == nil)
        #expect(await CompressionSample.taken(of: "/nonexistent", in: 0..<1_000_000) == nil)
    }
}
