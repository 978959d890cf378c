internal import VMSAPI

/// The parts beside an envelope, each for one place in it.
struct Attachments {
    /// The namespace of `Include`, the element that stands for a part.
    static let namespace = "http://www.w3.org/2004/08/xop/include"

    private var parts: [String: [UInt8]]
    private var taken: Set<String> = []

    init(_ parts: [String: [UInt8]] = [:]) { self.parts = parts }

    /// Takes the part away that an `Include` refers to.
    ///
    /// - Throws: when there is none, or another one took it: a part that is taken many times would be many times as
    ///   large as what was sent.
    mutating func take(_ href: String?) throws(PackageProblem) -> [UInt8] {
        guard let href, href.prefix(4).lowercased() == "cid:", let id = Self.unescaped(href.dropFirst(4)) else {
            let shown = FieldError.shortened(href ?? "")
            throw PackageProblem("xop:Include has href '\(shown)': must be cid: and the Content-ID of a part")
        }
        if let bytes = parts.removeValue(forKey: id) {
            taken.insert(id)
            return bytes
        }
        let shown = FieldError.shortened(id)
        if taken.contains(id) {
            throw PackageProblem("two xop:Include refer to the part '\(shown)': send it once for each field")
        }
        throw PackageProblem(
            "xop:Include refers to '\(shown)', and no part has that Content-ID"
                + (parts.isEmpty && taken.isEmpty ? "; the message has no attachments" : ""))
    }

    /// - Throws: when a part was not taken: its sender means it for something.
    func finish() throws(PackageProblem) {
        guard let left = parts.keys.min() else { return }
        throw PackageProblem("no xop:Include in a field refers to the part '\(FieldError.shortened(left))'")
    }

    /// An URI's escapes taken back; `nil` when one is broken or the result is no text.
    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
                let value = UInt8(digits, radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
