extension UnicodeScalar {
    /// Whether a terminal would act on it, or change the order of the text around it.
    var isUnsafe: Bool {
        switch value {
        case ..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}

extension String {
    /// The text on one line, with `\u{…}` for characters that a terminal would act on.
    var visible: String {
        guard unicodeScalars.contains(where: \.isUnsafe) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.isUnsafe: text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
