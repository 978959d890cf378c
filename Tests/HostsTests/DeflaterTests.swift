import Testing

@testable import Hosts

@Suite("Sizes after SSH's compression")
struct DeflaterTests {
    @Test("earlier data helps, and the cheap level gives a little more than SSH's")
    func levels() throws {
        let text = (0..<20_000).map { "line \($0 * 7919 % 1000) of many\n" }.joined()
        let (ssh, cheap) = (
            try #require(Deflater(level: Deflater.ssh)), try #require(Deflater(level: Deflater.fastest))
        )
        let bytes = Array(text.utf8)
        let (first, other) = (ssh.size(of: bytes.span.bytes), cheap.size(of: bytes.span.bytes))
        #expect(first > 100 && first < bytes.count / 4)
        #expect(other >= first && other < bytes.count / 2)
        #expect(ssh.size(of: [UInt8](bytes.prefix(100)).span.bytes) < 100)
    }
}
