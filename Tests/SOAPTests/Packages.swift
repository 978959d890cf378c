import SOAP
import Testing
import VMSAPI

/// MTOM messages as clients send them.
struct Package {
    /// Headers and content of each part.
    var parts: [(headers: [String], content: [UInt8])] = []
    var boundary = "MIME_boundary"
    var type = "multipart/related; type=\"application/xop+xml\"; start=\"<root>\"; start-info=\"text/xml\""
    var end = "--MIME_boundary--\r\n"

    /// An `addImage` whose first file has the given content, with further parts.
    init(content: String, soap12: Bool = false, _ attached: (id: String, bytes: [UInt8])...) {
        let call =
            "<addImage xmlns=\"http://vmserver/xsd\"><manifest>{}</manifest><file><name>a</name><content>\(content)"
            + "</content></file></addImage>"
        self.init(envelope: soap12 ? Envelopes.v12(call) : Envelopes.v11(call))
        if soap12 { type = type.replacing("text/xml", with: "application/soap+xml") }
        for part in attached { attach(part.id, part.bytes) }
    }

    init(envelope: String) {
        parts = [
            (
                ["Content-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"", "Content-ID: <root>"],
                Array(envelope.utf8)
            )
        ]
    }

    mutating func attach(_ id: String, _ bytes: [UInt8], _ headers: String...) {
        parts.append((["Content-ID: <\(id)>", "Content-Transfer-Encoding: binary"] + headers, bytes))
    }

    static func include(_ href: String) -> String {
        "<xop:Include xmlns:xop=\"http://www.w3.org/2004/08/xop/include\" href=\"\(href)\"/>"
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += "--\(boundary)\r\n".utf8
            for header in part.headers { bytes += "\(header)\r\n".utf8 }
            bytes += "\r\n".utf8
            bytes += part.content
            bytes += "\r\n".utf8
        }
        return bytes + end.utf8
    }

    var contentType: String { "\(type); boundary=\"\(boundary)\"" }

    func read() throws(SOAPRefusal) -> SOAPRequest {
        try SOAPReader().request(bytes, multipart: contentType)
    }

    /// The content of the first file, as the service receives it.
    func content() throws -> [UInt8]? {
        let request = try AddImage(wire: read().payload)
        return try #require(request.file.first).content.map(Array.init)
    }

    static let related = "multipart/related; type=\"application/xop+xml\""

    /// A valid message with one change.
    static func broken(_ change: (inout Package) -> Void) -> Package {
        var package = Package(content: include("cid:x"), ("x", [1]))
        change(&package)
        return package
    }

    /// The refusal of the message; `nil` if it is accepted.
    func refusal() -> SOAPRefusal? {
        do {
            _ = try read()
            return nil
        } catch {
            return error
        }
    }
}
