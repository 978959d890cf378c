/// The addresses of one link, such as `10.0.0.0/24`.
package struct IPPrefix: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The first address of the prefix: every bit after ``length`` is 0.
    package let base: IPAddress
    /// In bits.
    package let length: Int

    /// The prefix that contains `address`; bits after `length` are cleared. A length outside of the family's
    /// range is clamped to it.
    package init(_ address: IPAddress, length: Int) {
        let length = max(0, min(length, address.bits))
        base = IPAddress(number: address.number & Self.mask(length, of: address.bits), isIPv6: address.isIPv6)
        self.length = length
    }

    private enum CodingKeys: CodingKey { case base, length }

    /// - Throws: `DecodingError` for a length outside of the family's range. Bits after the length are cleared.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let base = try values.decode(IPAddress.self, forKey: .base)
        let length = try values.decode(Int.self, forKey: .length)
        guard 0...base.bits ~= length else {
            throw DecodingError.dataCorruptedError(
                forKey: .length, in: values, debugDescription: "\(length) is not from 0 to \(base.bits)")
        }
        self.init(base, length: length)
    }

    /// Reads `address/length`, with a length from 1 to all bits of the address.
    ///
    /// - Throws: `invalidAddress` if the text is not a prefix, or has bits set after its length.
    package init(_ text: String, subject: Refusal.Subject) throws(Refusal) {
        func refused(_ why: String) -> Refusal {
            Refusal(.invalidAddress, subject, "\(subject) is '\(text.shown)': \(why)", value: text.shown)
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(parts[1]), length >= 1,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw refused("must be a prefix such as 10.0.0.0/24 or fd00:1::/64") }
        guard length <= address.bits else { throw refused("the length must be a number from 1 to \(address.bits)") }
        self.init(address, length: length)
        guard base == address else { throw refused("has bits set behind its length; did you mean \(self)?") }
    }

    /// The first `length` of `bits` bits set.
    private static func mask(_ length: Int, of bits: Int) -> UInt128 {
        // A shift by the full width or more yields 0.
        (UInt128.max << UInt128(bits - length)) & (UInt128.max >> UInt128(128 - bits))
    }

    package var isIPv6: Bool { base.isIPv6 }

    /// Whether all its addresses are valid on their own link only.
    package var isLinkLocal: Bool { base.isLinkLocal && length >= (isIPv6 ? 10 : 16) }

    package var first: UInt128 { base.number }
    package var last: UInt128 { base.number | ~Self.mask(length, of: base.bits) & Self.mask(base.bits, of: base.bits) }

    package func contains(_ address: IPAddress) -> Bool {
        address.isIPv6 == isIPv6 && (first...last).contains(address.number)
    }

    package func overlaps(_ other: IPPrefix) -> Bool {
        other.isIPv6 == isIPv6 && first <= other.last && other.first <= last
    }

    /// The range of offsets from ``base`` that machines may use; of a large prefix its first 65,534. A /31 and
    /// a /127 have two addresses, and machines use both (RFC 3021, RFC 6164); a /32 and a /128 have one.
    var offsets: ClosedRange<Int> {
        switch base.bits - length {
        case ...0: 0...0
        case 1: 0...1
        case let bits: 1...((1 << min(bits, 16)) - 2)
        }
    }

    /// The number of machines that can have an address of it, at most 65,534.
    package var capacity: Int { offsets.count }

    func at(_ offset: Int) -> IPAddress {
        IPAddress(number: first + UInt128(clamping: offset), isIPv6: isIPv6)
    }

    package var description: String { "\(base)/\(length)" }
}

/// Unused addresses of a prefix, taken from both ends. Each is examined once, however many are in use.
struct FreeAddresses {
    private let prefix: IPPrefix
    private var taken: Set<IPAddress>
    private var low: Int
    private var high: Int

    init(_ prefix: IPPrefix, taken: Set<IPAddress>) {
        self.prefix = prefix
        self.taken = taken
        (low, high) = (prefix.offsets.lowerBound, prefix.offsets.upperBound)
    }

    /// `nil` when none is left.
    mutating func takeLowest() -> IPAddress? {
        while low <= high {
            let candidate = prefix.at(low)
            low += 1
            if !taken.contains(candidate) { return candidate }
        }
        return nil
    }

    /// `nil` when none is left.
    mutating func takeHighest() -> IPAddress? {
        while low <= high {
            let candidate = prefix.at(high)
            high -= 1
            if !taken.contains(candidate) { return candidate }
        }
        return nil
    }
}
