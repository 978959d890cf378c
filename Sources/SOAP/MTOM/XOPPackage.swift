internal import FoundationEssentials
internal import VMSAPI

/// An MTOM message: the envelope, and the parts that its fields refer to.
///
/// Source: W3C, XML-binary Optimized Packaging, and RFC 2387 (multipart/related).
struct XOPPackage {
    private(set) var envelope: [UInt8]
    /// The envelope's charset, if its part states one.
    private(set) var charset: String?
    private(set) var attachments: Attachments

    static let type = "application/xop+xml"

    /// Splits a message into the envelope and its attachments.
    ///
    /// - Parameter contentType: the header of the whole message.
    init(_ bytes: [UInt8], contentType: String) throws(PackageProblem) {
        let media = try MediaType(contentType)
        guard media.name == "multipart/related", media["type"]?.lowercased() == Self.type else {
            throw PackageProblem(
                "attachments are accepted only in MTOM messages: multipart/related with type=\"\(Self.type)\"; or send the "
                    + "envelope alone, with data as base64", code: .multipartNotSupported)
        }
        guard let boundary = media["boundary"] else {
            throw PackageProblem("Content-Type has no boundary: must name the delimiter of the parts")
        }
        var parts = try MultipartBody.parts(of: bytes, boundary: boundary)
        let root = parts.remove(at: try Self.root(media["start"], of: parts))
        let rootType = try MediaType(root.headers["content-type"] ?? "")
        guard rootType.name == Self.type else {
            throw PackageProblem(
                "the envelope's part has Content-Type '\(FieldError.shortened(rootType.name))': must be \(Self.type)")
        }
        charset = rootType["charset"]
        envelope = try Self.content(of: root)
        var found: [String: [UInt8]] = [:]
        for part in parts {
            guard let id = Self.id(part.headers["content-id"]) else {
                throw PackageProblem("a part beside the envelope has no Content-ID, so that nothing can refer to it")
            }
            guard part.headers["content-type"]?.lowercased().hasPrefix("multipart/") != true else {
                throw PackageProblem("the part '\(FieldError.shortened(id))' has parts of its own: must be plain bytes")
            }
            guard found.updateValue(try Self.content(of: part), forKey: id) == nil else {
                throw PackageProblem("two parts have the Content-ID '\(FieldError.shortened(id))'")
            }
        }
        attachments = Attachments(found)
    }

    /// The index of the envelope: the part that `start` names, otherwise the first part.
    private static func root(_ start: String?, of parts: [MultipartBody.Part]) throws(PackageProblem) -> Int {
        guard let start = id(start) else { return 0 }
        let found = parts.indices.filter { id(parts[$0].headers["content-id"]) == start }
        guard found.count == 1 else {
            let count = found.isEmpty ? "no part has" : "\(found.count) parts have"
            throw PackageProblem("start is '\(FieldError.shortened(start))': \(count) that Content-ID")
        }
        return found[0]
    }

    /// A Content-ID without angle brackets, which some senders leave out.
    private static func id(_ text: String?) -> String? {
        guard var id = text?[...] else { return nil }
        while let last = id.last, last == " " || last == "\t" { id.removeLast() }
        if id.first == "<", id.last == ">" { id = id.dropFirst().dropLast() }
        return id.isEmpty ? nil : String(id)
    }

    private static func content(of part: MultipartBody.Part) throws(PackageProblem) -> [UInt8] {
        let encoding = id(part.headers["content-transfer-encoding"])?.lowercased() ?? "binary"
        switch encoding {
        case "binary", "8bit", "7bit": return Array(part.content)
        case "base64":
            let digits = part.content.filter { ![0x20, 0x09, 0x0D, 0x0A].contains($0) }
            guard let data = Data(base64Encoded: Data(digits)) else { break }
            return Array(data)
        default: break
        }
        throw PackageProblem(
            "a part has Content-Transfer-Encoding '\(FieldError.shortened(encoding))': must be binary"
                + (encoding == "base64" ? ", or complete base64" : ""))
    }
}
