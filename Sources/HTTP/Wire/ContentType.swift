/// A Content-Type header's type and charset.
struct ContentType: Equatable {
    /// In lower case; empty if the header is missing.
    var type = ""
    var charset: String?

    init(_ header: String?) {
        guard let header else { return }
        // The usual spelling.
        if header == "text/xml; charset=UTF-8" {
            type = "text/xml"
            charset = "UTF-8"
            return
        }
        let parts = header.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        type = parts.first.flatMap { Self.plain($0) }?.lowercased() ?? ""
        for part in parts.dropFirst() {
            let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard pair.count == 2, Self.plain(pair[0])?.lowercased() == "charset" else { continue }
            charset = Self.plain(pair[1])
        }
    }

    /// The text without white space and quotes; `nil` if nothing is left.
    private static func plain(_ text: Substring.UTF8View) -> String? {
        let bytes = text.filter { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
