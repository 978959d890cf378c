/// An answer as an MTOM message: the envelope is the first and only part of a multipart message.
///
/// Some toolkits that send MTOM accept no other answer (.NET), not even for a fault.
///
///
/// Source: W3C, SOAP Message Transmission Optimization Mechanism, section 3; RFC 2387.
package struct AnswerPackage {
    package let contentType: String
    package let bytes: [UInt8]

    /// Creates the message of an envelope.
    package init(_ envelope: [UInt8], _ version: SOAPVersion) {
        let boundary = Self.boundary(apartFrom: envelope)
        let info = version == .v11 ? "text/xml" : "application/soap+xml"
        contentType =
            "multipart/related; type=\"\(XOPPackage.type)\"; start=\"<\(Self.id)>\"; start-info=\"\(info)\"; "
            + "boundary=\"\(boundary)\""
        let head =
            "--\(boundary)\r\nContent-ID: <\(Self.id)>\r\n"
            + "Content-Type: \(XOPPackage.type); charset=UTF-8; type=\"\(info)\"\r\n"
            + "Content-Transfer-Encoding: binary\r\n\r\n"
        bytes = Array(head.utf8) + envelope + Array("\r\n--\(boundary)--\r\n".utf8)
    }

    private static let id = "envelope@vms"

    /// A boundary that does not occur in the envelope, whatever text of a caller the envelope contains.
    private static func boundary(apartFrom envelope: [UInt8]) -> String {
        var number = 0
        while true {
            let boundary = "vms-part-\(number)"
            if ByteSearch(Array("--\(boundary)".utf8)).first(in: envelope, from: 0) == nil { return boundary }
            number += 1
        }
    }

    /// Whether the answer to a request is an MTOM message.
    ///
    /// - Parameters:
    ///   - contentType: the request's type; by default the answer has the same form.
    ///   - accept: the request's `Accept` header; it decides if it excludes one of the two forms.
    package static func isWanted(contentType: String, accept: String?) -> Bool {
        let wanted = Wanted(accept ?? "")
        guard let media = try? MediaType(contentType), media.name == "multipart/related",
            media["type"]?.lowercased() == XOPPackage.type
        else { return wanted.packages && !wanted.envelopes }
        return wanted.packages || !wanted.envelopes
    }

    /// The forms that an `Accept` header names. Source: RFC 9110, section 12.5.1.
    private struct Wanted {
        var packages = false
        var envelopes = false

        init(_ accept: String) {
            for part in accept.lowercased().split(separator: ",") {
                let words = part.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
                guard let name = words.first, !words.contains("q=0"), !words.contains("q=0.0") else { continue }
                switch name {
                case "*/*": (packages, envelopes) = (true, true)
                case "multipart/related", "multipart/*", "application/xop+xml": packages = true
                case "text/xml", "text/*", "application/soap+xml", "application/*", "application/xml": envelopes = true
                default: continue
                }
            }
        }
    }
}
