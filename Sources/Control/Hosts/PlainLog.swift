package import Logging

/// Keeps each log message one line of plain text. Messages contain words of callers, hosts and guests, whose control
/// characters could otherwise forge log lines or reconfigure the reader's terminal.
package struct PlainLog<Inner: LogHandler>: LogHandler {
    private var inner: Inner

    package init(_ inner: Inner) { self.inner = inner }

    package var metadata: Logger.Metadata = [:]

    package var logLevel: Logger.Level {
        get { inner.logLevel }
        set { inner.logLevel = newValue }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var event = event
        var metadata = self.metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { metadata["error"] = "\(error)" }
        event.error = nil
        event.message = "\(PlainText.line(event.message.description, most: PlainText.longestMessage))"
        event.metadata = metadata.isEmpty ? nil : metadata.mapValues(PlainText.plain)
        inner.log(event: event)
    }
}

/// Sanitises text for a log.
enum PlainText {
    /// The maximum lengths of a message and of a metadata value, in bytes.
    static let (longestMessage, longestValue) = (8192, 4096)

    static func plain(_ value: Logger.Metadata.Value) -> Logger.Metadata.Value {
        switch value {
        case .string(let text): .string(line(text, most: longestValue))
        case .stringConvertible(let other): .string(line(other.description, most: longestValue))
        case .array(let values): .array(values.prefix(100).map(plain))
        case .dictionary(let values): .dictionary(values.mapValues(plain))
        }
    }

    /// The text on one line: control characters, line ends and characters that change the direction of text are
    /// escaped. Truncated to about `most` bytes, with the original length appended.
    static func line(_ text: String, most: Int) -> String {
        let isLong = text.utf8.count > most
        guard isLong || text.unicodeScalars.contains(where: needsEscape) else { return text }
        var plain = ""
        for scalar in text.unicodeScalars {
            guard plain.utf8.count < most else { break }
            if needsEscape(scalar) {
                plain += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return isLong ? plain + "… (\(text.utf8.count) bytes)" : plain
    }

    /// Unicode 16: Cc, the line and paragraph separators, and the format characters of bidirectional text, tags and
    /// annotations.
    static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029: true
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        case 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: true
        default: false
        }
    }
}
