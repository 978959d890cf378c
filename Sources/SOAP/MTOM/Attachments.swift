internal import VMSAPI

/// The parts next to an envelope; each belongs to one place in the envelope.
struct Attachments {
    /// The namespace of `Include`, the element that refers to a part.
    static let namespace = "http://www.w3.org/2004/08/xop/include"

    private var parts: [String: [UInt8]]
    private var taken: Set<String> = []

    init(_ parts: [String: [UInt8]] = [:]) { self.parts = parts }

    /// Removes and returns the part that an `Include` refers to.
    ///
    /// - Throws: if the part does not exist or was already taken: using a part many times would multiply the size of
    ///   the message.
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
            "xop:Include refers to '\(shown)', but no part has that Content-ID"
                + (parts.isEmpty && taken.isEmpty ? "; the message has no attachments" : ""))
    }

    /// Checks that every part was used.
    ///
    /// - Throws: if a part was not taken: its sender meant it for a field.
    func finish() throws(PackageProblem) {
        guard let left = parts.keys.min() else { return }
        throw PackageProblem("no xop:Include in a field refers to the part '\(FieldError.shortened(left))'")
    }

    /// Decodes a URI's escapes; `nil` if an escape is invalid or the result is no text.
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
