/// The encoding of text in one of the volume's two trees.
enum VolumeNames {
    /// ISO 9660 itself: capitals, digits and underscores, at most 30 of them.
    case plain
    /// UCS-2, big-endian.
    case joliet

    /// The name as a file identifier, with its version number.
    func fileIdentifier(_ name: String) -> [UInt8] {
        switch self {
        case .plain:
            let characters = name.utf8.prefix(30).map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
                default: UInt8(ascii: "_")
                }
            }
            return characters + Array(".;1".utf8)
        case .joliet: return encoded(name + ";1")
        }
    }

    /// Text padded with spaces to a field's length in bytes.
    func padded(_ text: String, to count: Int) -> [UInt8] {
        let space = encoded(" ")
        var field = Array(encoded(text).prefix(count))
        while field.count + space.count <= count { field += space }
        return field + [UInt8](repeating: 0, count: count - field.count)
    }

    /// The escape sequence in the tree's descriptor: Joliet level 3, none for ISO 9660 itself.
    var escapeSequence: [UInt8] {
        switch self {
        case .plain: []
        case .joliet: Array("%/E".utf8)
        }
    }

    /// The type of the volume descriptor: primary or supplementary.
    var descriptorType: UInt8 {
        switch self {
        case .plain: 1
        case .joliet: 2
        }
    }

    private func encoded(_ text: String) -> [UInt8] {
        switch self {
        case .plain: Array(text.utf8)
        case .joliet: text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(clamping: $0 & 0xFF)] }
        }
    }
}
