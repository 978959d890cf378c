/// Rules that apply to XML 1.0 as a whole.
package enum XML {
    /// Whether XML 1.0 allows every character: no control character but tab, line feed and carriage return, neither
    /// U+FFFE nor U+FFFF. ``XMLWriter`` writes U+FFFD for all others.
    package static func isAllowed(_ string: String) -> Bool {
        string.unicodeScalars.allSatisfy { isAllowed($0) }
    }

    /// Production `Char` of XML 1.0; Swift has no surrogates among its scalars.
    package static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case ..<0x20, 0xFFFE, 0xFFFF: false
        default: true
        }
    }

    static let namespace = "http://www.w3.org/XML/1998/namespace"

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D }
}
