/// The name of a machine that the server creates: safe in a path, a host name, XML and a shell.
package struct MachineName: Sendable, Hashable, Codable {
    package let text: String

    /// - Throws: `invalidName` unless it has 1 to 63 of `A-Z a-z 0-9 . _ -` and begins with a letter or a digit.
    package init(_ text: String, subject: Refusal.Subject = .machineName) throws(Refusal) {
        let first = text.utf8.first.map(Self.isAlphanumeric) ?? false
        let rest = text.utf8.allSatisfy { Self.isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
        guard first, rest, text.utf8.count <= 63 else {
            throw Refusal(
                .invalidName, subject,
                "\(subject) is '\(text.shown)': must have 1 to 63 letters, digits, dots, hyphens or underscores "
                    + "and begin with a letter or digit", value: text.shown)
        }
        self.text = text
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension String {
    /// A caller's text in a form that is safe to show: at most 80 characters, and without control characters.
    package var shown: String { shown(80) }

    /// The same with another limit on the length.
    package func shown(_ limit: Int) -> String {
        let visible = unicodeScalars.prefix(limit).map { scalar in
            [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
                ? "\u{FFFD}" : Character(scalar)
        }
        return String(visible) + (unicodeScalars.dropFirst(limit).isEmpty ? "" : "…")
    }
}
