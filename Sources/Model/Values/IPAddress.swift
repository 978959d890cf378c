/// An IPv4 or IPv6 address, as its 4 or 16 bytes.
package struct IPAddress: Sendable, Hashable, Codable {
    package let bytes: [UInt8]

    package var isIPv6: Bool { bytes.count == 16 }
    package var bits: Int { bytes.count * 8 }

    package init(bytes: [UInt8]) { self.bytes = bytes }

    private enum CodingKeys: CodingKey { case bytes }

    /// - Throws: `DecodingError` if the bytes are not an address of either family.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        bytes = try values.decode([UInt8].self, forKey: .bytes)
        guard bytes.count == 4 || bytes.count == 16 else {
            throw DecodingError.dataCorruptedError(
                forKey: .bytes, in: values, debugDescription: "an address has 4 or 16 bytes, not \(bytes.count)")
        }
    }

    /// Reads dotted-decimal IPv4 (no leading zeros, which some read as octal) or IPv6 text as in RFC 4291.
    package init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        guard let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.ipv6(text) : Self.ipv4(text[...]) else {
            return nil
        }
        self.bytes = bytes
    }

    /// The address with the bits of `number`; bits beyond the length of an IPv4 address are dropped.
    package init(number: UInt128, isIPv6: Bool) {
        let count = isIPv6 ? 16 : 4
        bytes = (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt128(8 * (count - 1 - $0))) }
    }

    /// The address's bits as a number; addresses of one family sort by it.
    package var number: UInt128 { bytes.reduce(0) { $0 << 8 | UInt128($1) } }

    /// Whether the address is valid on its own link only, so that no router forwards it: fe80::/10 (RFC 4291,
    /// section 2.5.6) or 169.254.0.0/16 (RFC 3927).
    package var isLinkLocal: Bool {
        isIPv6 ? bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80 : bytes.starts(with: [169, 254])
    }

    /// The IPv4 address that an IPv4-mapped IPv6 address stands for (RFC 4291, section 2.5.5.2), as sockets for both
    /// families report it; otherwise the address itself.
    package var unmapped: IPAddress {
        let isMapped = isIPv6 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? IPAddress(bytes: Array(bytes[12...])) : self
    }

    private static func ipv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), part.count == 1 || part.first != "0",
                let byte = UInt8(part)  // fits: parsed from text, `nil` otherwise
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func ipv6(_ text: String) -> [UInt8]? {
        var halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        // An IPv4 tail counts as two groups.
        var tail: [UInt8] = []
        if let last = halves.last, last.contains(".") {
            let cut = last.lastIndex(of: ":").map { last.index(after: $0) } ?? last.startIndex
            guard let four = ipv4(last[cut...]) else { return nil }
            tail = four
            let kept = last[..<cut]
            halves[halves.count - 1] = kept.last == ":" ? kept.dropLast() : kept
            if halves.count == 1, kept.isEmpty { return nil }
        }
        guard let head = groups(halves[0]) else { return nil }
        guard halves.count == 2 else {
            let whole = head + tail
            return whole.count == 16 ? whole : nil
        }
        guard let rest = groups(halves[1]) else { return nil }
        let end = rest + tail
        guard head.count + end.count <= 14 else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - end.count) + end
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        for group in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(group.utf8.count), group.first != "+", group.first != "-",
                let number = UInt16(group, radix: 16)
            else { return nil }
            bytes += [UInt8(truncatingIfNeeded: number >> 8), UInt8(clamping: number & 0xFF)]
        }
        return bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// The canonical text: dotted decimal, or IPv6 as in RFC 5952.
    package var description: String {
        guard isIPv6 else { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(clamping: bytes[$0]) << 8 | UInt16(clamping: bytes[$0 + 1])
        }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            let end = groups[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = max(end, start + 1)
        }
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard !longest.isEmpty else { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}
