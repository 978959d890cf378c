import Testing

@testable import vmsd

@Suite("Addresses to listen on") struct LoopbackTests {
    @Test(
        "loopback addresses and names",
        arguments: ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1", "localhost", "127.1"])
    func own(host: String) throws {
        let loopback = try #require(Loopback(host))
        #expect(loopback.external == nil && !loopback.addresses.isEmpty)
    }

    @Test(
        "addresses that other machines may reach",
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("192.0.2.1", "192.0.2.1"), ("0", "0.0.0.0"),
            ("126.255.255.255", "126.255.255.255"),
            ("128.0.0.1", "128.0.0.1"), ("::2", "::2"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("fe80::1", "fe80::1"),
        ])
    func external(host: String, address: String) throws {
        let loopback = try #require(Loopback(host))
        #expect(loopback.external == address && loopback.addresses == [address])
    }

    @Test("a certificate for all addresses names each of them, and one for a name that name")
    func certificateNames() throws {
        let all = try ListenAddress("https://0.0.0.0:8443").certificateNames
        #expect(all.contains("127.0.0.1") && !all.contains { $0.contains("%") || $0 == "0.0.0.0" })
        #expect(try ListenAddress("https://localhost:8443").certificateNames.first == "localhost")
        #expect(try ListenAddress("https://[::1]:8443").certificateNames == ["::1", "::1"])
        #expect(try ListenAddress("unix:/run/x").certificateNames.isEmpty)
    }

    @Test(
        "neither addresses nor known names",
        arguments: ["*", "", "no such name", "nothing.invalid", "[::1]", "1.2.3.4.5", "::g"])
    func unknown(host: String) { #expect(Loopback(host) == nil) }
}
