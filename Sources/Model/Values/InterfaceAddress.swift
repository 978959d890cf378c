/// A machine's address with the prefix of its link, such as `10.0.0.1/24`.
package struct InterfaceAddress: Sendable, Hashable, Codable, CustomStringConvertible {
    package let address: IPAddress
    /// Length of the prefix in bits.
    package let prefix: Int

    /// The parsed text of an address, before the prefix of the link is known.
    package struct Text: Sendable, Equatable {
        package var address: IPAddress
        /// `nil` if the text has no prefix.
        package var prefix: Int?

        /// Reads `address` or `address/prefix`.
        ///
        /// - Throws: `invalidAddress` for text that is not an address, or a prefix out of range.
        package init(_ text: String, subject: Refusal.Subject) throws(Refusal) {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            func refused(_ why: String) -> Refusal {
                Refusal(.invalidAddress, subject, "\(subject) is '\(text.shown)': \(why)", value: text.shown)
            }
            guard let head = parts.first, let address = IPAddress(String(head)) else {
                throw refused("must be an IPv4 or IPv6 address, or address/prefix such as 10.0.0.1/24")
            }
            self.address = address
            guard parts.count == 2 else { return }
            guard let given = Int(parts[1]), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                (1...address.bits).contains(given)
            else { throw refused("the prefix must be a number from 1 to \(address.bits)") }
            prefix = given
        }

        /// The intended prefix: the one in the text, otherwise 24 bits for IPv4 and 64 for IPv6.
        package var impliedPrefix: IPPrefix { IPPrefix(address, length: prefix ?? (address.isIPv6 ? 64 : 24)) }
    }

    private enum CodingKeys: CodingKey { case address, prefix }

    /// - Throws: `DecodingError` for a prefix length outside of the family's range.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        address = try values.decode(IPAddress.self, forKey: .address)
        prefix = try values.decode(Int.self, forKey: .prefix)
        guard 0...address.bits ~= prefix else {
            throw DecodingError.dataCorruptedError(
                forKey: .prefix, in: values, debugDescription: "\(prefix) is not from 0 to \(address.bits)")
        }
    }

    /// Reads `address` or `address/prefix`; 24 bits are the default for IPv4, 64 for IPv6.
    ///
    /// - Throws: `invalidAddress` for text that is not an address, a prefix out of range, or an address that no
    ///   machine may have (``init(_:in:subject:)``).
    package init(_ text: String, subject: Refusal.Subject) throws(Refusal) {
        let read = try Text(text, subject: subject)
        self.address = read.address
        self.prefix = read.impliedPrefix.length
        try check(text, subject)
    }

    /// An address on a link with this prefix, whichever prefix its own text would imply.
    ///
    /// - Throws: `invalidAddress` for an address that no machine may have: unspecified, loopback, multicast, or the network
    ///   or broadcast address of the prefix. A /31 and a /127 have neither (RFC 3021, RFC 6164), nor has a stub's /32 or
    ///   /128.
    package init(_ address: IPAddress, in prefix: IPPrefix, subject: Refusal.Subject) throws(Refusal) {
        self.address = address
        self.prefix = prefix.length
        try check("\(address)", subject)
    }

    /// An address that the server chose, so that no caller named it.
    init(chosen address: IPAddress, length: Int) {
        self.address = address
        prefix = length
    }

    private func check(_ text: String, _ subject: Refusal.Subject) throws(Refusal) {
        func refused(_ why: String) -> Refusal {
            Refusal(.invalidAddress, subject, "\(subject) is '\(text.shown)': \(why)", value: text.shown)
        }
        if address.bytes.allSatisfy({ $0 == 0 }) { throw refused("the unspecified address cannot be a machine's") }
        if address.isIPv6 {
            if address.bytes[0] == 0xFF { throw refused("a multicast address cannot be a machine's") }
            if address.number == 1 { throw refused("the loopback address cannot be a machine's") }
        } else {
            if address.bytes[0] == 127 { throw refused("a loopback address cannot be a machine's") }
            if address.bytes[0] == 0 || address.bytes[0] >= 224 {
                throw refused("an address below 1.0.0.0 or from 224.0.0.0 on cannot be a machine's")
            }
        }
        let whole = IPPrefix(address, length: prefix)
        guard whole.length < address.bits - 1 else { return }
        if address.number == whole.first {
            throw refused("this is the network address of its link's prefix, \(whole)")
        }
        if !address.isIPv6, address.number == whole.last {
            throw refused("this is the broadcast address of its link's prefix, \(whole)")
        }
    }

    package var description: String { "\(address)/\(prefix)" }
}
