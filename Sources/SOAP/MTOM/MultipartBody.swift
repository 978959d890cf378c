internal import VMSAPI

/// The parts of a multipart message.
///
/// Source: RFC 2046, section 5.1. Lines must end with CR LF, since the content between them is binary.
enum MultipartBody {
    /// Maximum number of parts, including the envelope.
    static let mostParts = 32
    /// Maximum length of a part's headers in bytes.
    static let longestHeaders = 4096

    struct Part {
        /// Headers by lower-case name.
        var headers: [String: String]
        var content: ArraySlice<UInt8>
    }

    /// Splits a message into its parts.
    ///
    /// - Throws: if there is no part, or the last part does not end.
    static func parts(of bytes: [UInt8], boundary: String) throws(PackageProblem) -> [Part] {
        try check(boundary)
        let dashes = Array("--\(boundary)".utf8)
        let search = ByteSearch([13, 10] + dashes)
        var parts: [Part] = []
        // The start of the open part, and the position to search for its end.
        var begun: Int?
        var place = 0
        if bytes.starts(with: dashes), let delimiter = Delimiter(bytes, at: dashes.count) {
            guard !delimiter.closes else { throw PackageProblem("the message has no part: it begins with its end") }
            (begun, place) = (delimiter.end, delimiter.line)
        }
        while let found = search.first(in: bytes, from: place) {
            let after = found + 2 + dashes.count
            guard let delimiter = Delimiter(bytes, at: after) else {
                place = after
                continue
            }
            if let begun {
                guard parts.count < mostParts else {
                    throw PackageProblem("the message has more than \(mostParts) parts")
                }
                parts.append(try part(bytes[min(begun, found)..<found], number: parts.count + 1))
            }
            if delimiter.closes {
                guard begun != nil else { throw PackageProblem("the message has no part: it begins with its end") }
                return parts
            }
            (begun, place) = (delimiter.end, delimiter.line)
        }
        let shown = FieldError.shortened(boundary)
        guard begun != nil else { throw PackageProblem("no part begins: there is no line '--\(shown)'") }
        throw PackageProblem("the message ends within part \(parts.count + 1): there is no line '--\(shown)--'")
    }

    private static func check(_ boundary: String) throws(PackageProblem) {
        let allowed = boundary.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "'()+_,-./:=? ".utf8.contains(byte)
        }
        guard allowed, (1...70).contains(boundary.utf8.count), boundary.last != " " else {
            throw PackageProblem(
                "boundary is '\(FieldError.shortened(boundary))': must be 1 to 70 letters, digits and '()+_,-./:=? ")
        }
    }

    /// The rest of a line after a boundary. `nil` if the line does not end there: then the boundary was the beginning
    /// of other text.
    private struct Delimiter {
        /// Whether it ends the last part.
        var closes: Bool
        /// The end of the line; its CR LF may belong to the next delimiter.
        var line: Int
        var end: Int

        init?(_ bytes: [UInt8], at start: Int) {
            var place = start
            closes = bytes[place...].starts(with: [0x2D, 0x2D])
            if closes { place += 2 }
            while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
            line = place
            end = min(place + 2, bytes.count)
            guard bytes[place...].starts(with: [13, 10]) || closes && place == bytes.count else { return nil }
        }
    }

    private static func part(_ bytes: ArraySlice<UInt8>, number: Int) throws(PackageProblem) -> Part {
        var headers: [String: String] = [:]
        var rest = bytes
        var last: String?
        while !rest.isEmpty {
            let line = rest.prefix(longestHeaders).prefix { $0 != 13 }
            let next = line.endIndex + 2
            guard next - bytes.startIndex <= longestHeaders else {
                throw PackageProblem("the headers of part \(number) have more than \(longestHeaders) bytes")
            }
            // A part without content may end with its headers, and without a line break.
            guard line.endIndex == rest.endIndex || rest[line.endIndex...].starts(with: [13, 10]) else {
                throw PackageProblem("a header of part \(number) has a CR without LF")
            }
            rest = rest[min(next, rest.endIndex)...]
            if line.isEmpty { break }
            guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw PackageProblem("a header of part \(number) has control characters")
            }
            let text = String(decoding: line, as: UTF8.self)
            if text.first == " " || text.first == "\t", let last {
                headers[last]? += text
                continue
            }
            guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
                throw PackageProblem("a header of part \(number) is '\(FieldError.shortened(text))': it has no name")
            }
            let name = text[..<colon].lowercased()
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            guard headers.updateValue(String(value), forKey: name) == nil else {
                throw PackageProblem("part \(number) has the header \(FieldError.shortened(name)) twice")
            }
            last = name
        }
        return Part(headers: headers, content: rest)
    }
}
