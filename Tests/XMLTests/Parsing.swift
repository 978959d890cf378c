import Testing

@testable import XML

/// The kind of error of a refused document; `nil` if it is accepted.
func refusal(
    _ bytes: some Collection<UInt8>, encoding: String? = nil, parser: XMLParser = XMLParser()
) -> XMLError.Kind? {
    do {
        _ = try parser.parse(bytes: bytes, encoding: encoding)
        return nil
    } catch {
        return error.kind
    }
}

func refusal(_ text: String, parser: XMLParser = XMLParser()) -> XMLError.Kind? {
    refusal(text.utf8, parser: parser)
}

/// Feeds a document in pieces.
func fed(_ bytes: [UInt8], by size: Int, encoding: String? = nil) -> Result<XMLElement, XMLError> {
    var feed = XMLParser().feed(encoding: encoding)
    do throws(XMLError) {
        for start in stride(from: 0, to: bytes.count, by: size) {
            try feed.feed(bytes[start..<min(start + size, bytes.count)])
        }
        return .success(try feed.finish())
    } catch {
        return .failure(error)
    }
}

func utf16(_ text: String, bigEndian: Bool, mark: Bool = true) -> [UInt8] {
    ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
        let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
        return bigEndian ? bytes : bytes.reversed()
    }
}

func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

/// A document whose start tag has this many bytes.
func document(tag count: Int) -> String {
    "<a b='" + String(repeating: "x", count: count - 8) + "'></a>"
}

func nested(_ levels: Int) -> String {
    String(repeating: "<a>", count: levels) + String(repeating: "</a>", count: levels)
}
