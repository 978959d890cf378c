/// The text of a token: `vms_`, the id, the secret, and a checksum, the last three in base32 (RFC 4648, small letters,
/// no padding). The prefix and the checksum let scanners of repositories find it without false alarms.
///
///     vms_ k3v7q2ah iq3…(52)…ga mz4v2wy
///          id       secret      CRC-32 of everything before
package struct TokenText: Sendable, Equatable {
    package let id: TokenID
    package let secret: [UInt8]

    package static let prefix = "vms_"
    /// In bytes.
    package static let idLength = 5
    package static let secretLength = 32

    private static let idCharacters = 8
    private static let secretCharacters = 52
    private static let checkCharacters = 7

    /// - Precondition-free: texts of other lengths than ``idLength`` and ``secretLength`` have no reader.
    package init(id: [UInt8], secret: [UInt8]) {
        self.id = TokenID(Base32.text(of: id))
        self.secret = secret
    }

    /// The text to give to the caller.
    package var text: String {
        let plain = Self.prefix + id.text + Base32.text(of: secret)
        return plain + Self.check(plain.utf8)
    }

    /// Reads a token's text; `nil` if it is none, or was mistyped.
    package init?(_ text: String) {
        let length = Self.prefix.utf8.count + Self.idCharacters + Self.secretCharacters + Self.checkCharacters
        let bytes = Array(text.utf8)
        let (plain, check) = (bytes.dropLast(Self.checkCharacters), bytes.suffix(Self.checkCharacters))
        guard bytes.count == length, plain.starts(with: Self.prefix.utf8),
            Self.check(plain).utf8.elementsEqual(check)
        else { return nil }
        let body = plain.dropFirst(Self.prefix.utf8.count)
        let id = body.prefix(Self.idCharacters)
        guard Base32.bytes(of: id)?.count == Self.idLength,
            let secret = Base32.bytes(of: body.dropFirst(Self.idCharacters)), secret.count == Self.secretLength
        else { return nil }
        self.id = TokenID(String(decoding: id, as: UTF8.self))
        self.secret = secret
    }

    private static func check(_ text: some Sequence<UInt8>) -> String {
        let sum = CRC32.sum(of: text)
        return Base32.text(of: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
    }
}

/// Base32 with small letters and without padding (RFC 4648, section 6).
package enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    package static func text(of bytes: some Sequence<UInt8>) -> String {
        var (buffer, bits, text): (UInt32, UInt32, [UInt8]) = (0, 0, [])
        for byte in bytes {
            buffer = buffer << 8 | UInt32(truncatingIfNeeded: byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(letter(buffer >> bits))
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(letter(buffer << (5 - bits))) }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for other characters, and for text whose unused last bits are not 0: each value has one text.
    package static func bytes(of text: some Sequence<UInt8>) -> [UInt8]? {
        var (buffer, bits, bytes): (UInt32, UInt32, [UInt8]) = (0, 0, [])
        for character in text {
            guard let value = value(of: character) else { return nil }
            buffer = buffer << 5 | value
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
                buffer &= (1 << bits) - 1
            }
        }
        return bits < 5 && buffer == 0 ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(truncatingIfNeeded: character - UInt8(ascii: "a"))
        case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt32(truncatingIfNeeded: character - UInt8(ascii: "2")) + 26
        default: nil
        }
    }

    private static func letter(_ value: UInt32) -> UInt8 { alphabet[Int(truncatingIfNeeded: value & 31)] }
}

/// CRC-32 as in ISO 3309 (the polynomial of gzip and Ethernet).
enum CRC32 {
    static func sum(of bytes: some Sequence<UInt8>) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(truncatingIfNeeded: byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
