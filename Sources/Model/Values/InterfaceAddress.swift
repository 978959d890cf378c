/// A machine's address with the prefix of its link, such as `10.0.0.1/24`.
package struct InterfaceAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    package let address: IPAddress
    /// Length of the prefix in bits.
    package let prefix: Int

    /// Reads `address` or `address/prefix`; 24 bits are the default for IPv4, 64 for IPv6.
    ///
    /// - Throws: `invalidAddress` for what is no address, a prefix out of range, or an address that no machine may have:
    ///   unspecified, loopback, multicast, or the network or broadcast address of its own prefix.
    package init(_ text: String, field: String) throws(Refusal) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        func refused(_ why: String) -> Refusal {
            Refusal(.invalidAddress, "\(field) is '\(text.shown)': \(why)", field: field, value: text.shown)
        }
        guard let head = parts.first, let address = IPAddress(String(head)) else {
            throw refused("must be an IPv4 or IPv6 address, or address/prefix such as 10.0.0.1/24")
        }
        var prefix = address.isIPv6 ? 64 : 24
        if parts.count == 2 {
            guard let given = Int(parts[1]), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                (1...address.bits).contains(given)
            else { throw refused("the prefix must be a number from 1 to \(address.bits)") }
            prefix = given
        }
        if address.bytes.allSatisfy({ $0 == 0 }) { throw refused("the unspecified address cannot be a machine's") }
        if address.isIPv6 {
            if address.bytes[0] == 0xFF { throw refused("a multicast address cannot be a machine's") }
            if address.bytes.dropLast().allSatisfy({ $0 == 0 }), address.bytes[15] == 1 {
                throw refused("the loopback address cannot be a machine's")
            }
        } else {
            if address.bytes[0] == 127 { throw refused("a loopback address cannot be a machine's") }
            if address.bytes[0] == 0 || address.bytes[0] >= 224 {
                throw refused("an address below 1.0.0.0 or from 224.0.0.0 on cannot be a machine's")
            }
        }
        self.address = address
        self.prefix = prefix
        guard prefix < address.bits - 1 else { return }
        if hostBits.allSatisfy({ !$0 }) { throw refused("this is the network address of its /\(prefix)") }
        if !address.isIPv6, hostBits.allSatisfy(\.self) {
            throw refused("this is the broadcast address of its /\(prefix)")
        }
    }

    private var hostBits: [Bool] {
        (prefix..<address.bits).map { address.bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) != 0 }
    }

    package var description: String { "\(address)/\(prefix)" }
}
