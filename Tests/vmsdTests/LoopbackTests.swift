import Testing

@testable import vmsd

@Suite("What a server listens on") struct LoopbackTests {
    @Test("this machine's own", arguments: ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1", "localhost", "127.1"])
    func own(host: String) throws {
        let meant = try #require(Loopback(host))
        #expect(meant.external == nil && !meant.addresses.isEmpty)
    }

    @Test(
        "what other machines may reach",
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("::", "::"), ("192.0.2.1", "192.0.2.1"), ("0", "0.0.0.0"),
            ("126.255.255.255", "126.255.255.255"),
            ("128.0.0.1", "128.0.0.1"), ("::2", "::2"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
            ("fe80::1", "fe80::1"),
        ])
    func external(host: String, address: String) throws {
        let meant = try #require(Loopback(host))
        #expect(meant.external == address && meant.addresses == [address])
    }

    @Test(
        "what is no address, and no name of one",
        arguments: ["*", "", "no such name", "nothing.invalid", "[::1]", "1.2.3.4.5", "::g"])
    func nothing(host: String) { #expect(Loopback(host) == nil) }
}
