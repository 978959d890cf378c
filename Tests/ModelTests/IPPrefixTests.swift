import Testing

@testable import Model

@Suite struct IPPrefixTests {
    private func prefix(_ text: String) throws -> IPPrefix { try IPPrefix(text, field: "prefix") }

    @Test func holdsItsAddresses() throws {
        let four = try prefix("10.1.2.0/29")
        #expect(four.lowest.map(\.description) == (1...6).map { "10.1.2.\($0)" })
        #expect(four.highest.first { _ in true }?.description == "10.1.2.6")
        #expect(four.contains(IPAddress("10.1.2.7")!) && !four.contains(IPAddress("10.1.2.8")!))
        let six = try prefix("fd00:1::/64")
        #expect(six.lowest.first { _ in true }?.description == "fd00:1::1")
        #expect(six.highest.first { _ in true }?.description == "fd00:1::fffe")
        #expect(!six.contains(IPAddress("10.1.2.3")!))
    }

    @Test func overlaps() throws {
        let wide = try prefix("10.0.0.0/8")
        let narrow = try prefix("10.200.0.0/16")
        #expect(wide.overlaps(narrow) && narrow.overlaps(wide))
        for other in ["10.201.0.0/16", "fd00::/16"] { #expect(!narrow.overlaps(try prefix(other))) }
    }

    @Test(
        "what is no prefix of a link",
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/30", "10.0.0.1/24", "x/24",
            "10.0.0.0/+8", "10.0.0.0/0", "fd00::/126", "fd00::1/64", "10.0.0.0/24/1",
        ])
    func refused(text: String) {
        #expect(throws: Refusal.self) { try prefix(text) }
    }
}
