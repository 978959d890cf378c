import Testing

@testable import Model

@Suite struct IPPrefixTests {
    private func prefix(_ text: String) throws -> IPPrefix { try IPPrefix(text, subject: .field("prefix")) }

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
        "texts that are not a link's prefix",
        arguments: [
            "", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/24", "x/24", "10.0.0.0/99999999999999999999",
            "10.0.0.0/+8", "10.0.0.0/0", "10.0.0.0/-1", "fd00::/129", "fd00::1/64", "10.0.0.0/24/1",
        ])
    func refused(text: String) {
        #expect(throws: Refusal.self) { try prefix(text) }
    }

    @Test(
        "every length has addresses for machines, all in the prefix and distinct",
        arguments: [("10.85.170.85", 32), ("255.255.255.255", 32), ("fd55:aa55::55aa:55aa", 128), ("ffff::ffff", 128)])
    func everyLength(text: String, bits: Int) throws {
        let address = try #require(IPAddress(text))
        for length in -1...bits + 1 {
            let prefix = IPPrefix(address, length: length)
            #expect(prefix.contains(address) && prefix.contains(prefix.base))
            #expect(prefix.length == min(max(length, 0), bits))
            #expect(prefix.first <= address.number && address.number <= prefix.last)
            let (lowest, highest) = (Array(prefix.lowest.prefix(3)), Array(prefix.highest.prefix(3)))
            #expect(!lowest.isEmpty && lowest.count == min(3, prefix.capacity) && highest.count == lowest.count)
            #expect(Set(lowest).count == lowest.count && lowest.allSatisfy(prefix.contains))
            #expect(Set(highest).count == highest.count && highest.allSatisfy(prefix.contains))
            #expect((lowest.first?.number ?? 1) <= highest.first?.number ?? 0)
            #expect(prefix.overlaps(prefix))
            if length >= 1, length <= bits {
                #expect(try self.prefix(prefix.description) == prefix)
                // Its two halves lie in it, and are adjacent.
                let half = IPPrefix(prefix.base, length: length + 1)
                let other = IPPrefix(IPAddress(number: prefix.last, isIPv6: bits == 128), length: length + 1)
                #expect(prefix.overlaps(half) && half.overlaps(prefix) && prefix.overlaps(other))
                #expect(half == other ? length == bits : !half.overlaps(other))
            }
        }
    }

    @Test(
        "all machine addresses of long prefixes",
        arguments: [
            ("10.1.0.0/30", ["10.1.0.1", "10.1.0.2"]), ("10.1.0.0/31", ["10.1.0.0", "10.1.0.1"]),
            ("10.255.0.1/32", ["10.255.0.1"]), ("fd00:1::/126", ["fd00:1::1", "fd00:1::2"]),
            ("fd00:1::/127", ["fd00:1::", "fd00:1::1"]), ("fd00:9::1/128", ["fd00:9::1"]),
        ])
    func short(text: String, addresses: [String]) throws {
        let prefix = try prefix(text)
        #expect(prefix.lowest.map(\.description) == addresses)
        #expect(prefix.highest.map(\.description) == addresses.reversed())
        for address in addresses {
            #expect(throws: Never.self) { try InterfaceAddress(IPAddress(address)!, in: prefix, subject: .address) }
        }
    }

    @Test("free addresses are taken from both ends, each once")
    func free() throws {
        var free = FreeAddresses(try prefix("10.0.0.0/29"), taken: [IPAddress("10.0.0.2")!])
        #expect(free.takeLowest()?.description == "10.0.0.1" && free.takeHighest()?.description == "10.0.0.6")
        #expect(free.takeLowest()?.description == "10.0.0.3" && free.takeHighest()?.description == "10.0.0.5")
        #expect(free.takeHighest()?.description == "10.0.0.4")
        #expect(free.takeLowest() == nil && free.takeHighest() == nil)
    }

    @Test("overlaps are the same as those of a linear search")
    func taken() throws {
        var (taken, all): (TakenPrefixes, [IPPrefix]) = (TakenPrefixes(), [])
        // A deterministic sequence.
        var state: UInt64 = 7
        func next(_ most: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % most
        }
        for _ in 0..<2000 {
            let address = IPAddress(number: UInt128(10 << 24 | next(1 << 16)), isIPv6: false)
            let prefix = IPPrefix(address, length: 20 + Int(next(13)))
            let link = NetworkRequest.Link(name: "l", ends: [.init(router: "r1")])
            let other = all.first(where: prefix.overlaps)
            #expect((taken.first(overlapping: prefix) == nil) == (other == nil))
            do {
                try taken.insert(prefix, of: link)
                #expect(other == nil)
                all.append(prefix)
            } catch {
                #expect(error.code == .linkInvalid && other != nil)
            }
        }
        let first = taken.takeFree(isIPv6: false)
        let free = try #require(first)
        #expect(!all.contains(where: free.overlaps))
        let second = taken.takeFree(isIPv6: false)
        #expect(second != nil && second != free)
    }
}

extension IPPrefix {
    /// Addresses that machines can have, the lowest first.
    fileprivate var lowest: some Sequence<IPAddress> { offsets.lazy.map(at) }

    /// The same, the highest first.
    fileprivate var highest: some Sequence<IPAddress> { offsets.reversed().lazy.map(at) }
}
