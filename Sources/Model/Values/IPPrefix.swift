/// The addresses of one link, such as `10.0.0.0/24`.
package struct IPPrefix: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Its first address: every bit behind ``length`` is 0.
    package let base: IPAddress
    /// In bits.
    package let length: Int

    /// The prefix that an address lies in; bits behind `length` are cleared.
    package init(_ address: IPAddress, length: Int) {
        var bytes = address.bytes
        for bit in length..<address.bits { bytes[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
        base = IPAddress(bytes: bytes)
        self.length = length
    }

    /// Reads `address/length`.
    ///
    /// - Throws: `invalidAddress` for what is no prefix, has bits set behind its length, or has no room for two machines
    ///   and a probe (longer than /29, in IPv6 longer than /125).
    package init(_ text: String, field: String) throws(Refusal) {
        func refused(_ why: String) -> Refusal {
            Refusal(.invalidAddress, "\(field) is '\(text.shown)': \(why)", field: field, value: text.shown)
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]), length >= 1,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw refused("must be a prefix such as 10.0.0.0/24 or fd00:1::/64") }
        guard length <= address.bits - 3 else {
            throw refused("a link needs room for its machines and a probe: /\(address.bits - 3) or shorter")
        }
        self.init(address, length: length)
        guard base == address else { throw refused("has bits set behind its length; did you mean \(self)?") }
    }

    package var isIPv6: Bool { base.isIPv6 }

    package func contains(_ address: IPAddress) -> Bool {
        address.isIPv6 == isIPv6 && IPPrefix(address, length: length).base == base
    }

    package func overlaps(_ other: IPPrefix) -> Bool {
        other.length >= length ? contains(other.base) : other.contains(base)
    }

    /// The largest number of addresses that machines can have, at most 65,534.
    private var usable: Int {
        let bits = min(base.bits - length, 16)
        return (1 << bits) - 2
    }

    /// Addresses that machines can have, lowest first; of a large prefix its first 65,534.
    package var lowest: some Sequence<IPAddress> { (1...usable).lazy.map(at) }

    /// The same, highest first.
    package var highest: some Sequence<IPAddress> { (1...usable).reversed().lazy.map(at) }

    private func at(_ offset: Int) -> IPAddress {
        var bytes = base.bytes
        bytes[bytes.count - 1] |= UInt8(offset & 0xFF)
        bytes[bytes.count - 2] |= UInt8(offset >> 8)
        return IPAddress(bytes: bytes)
    }

    package var description: String { "\(base)/\(length)" }
}
