import SOAP
import VMSAPI

/// Messages as clients send them.
enum Envelopes {
    static let namespace11 = "http://schemas.xmlsoap.org/soap/envelope/"
    static let namespace12 = "http://www.w3.org/2003/05/soap-envelope"

    /// The 2010 client's message, byte for byte: declaration in single quotes, default namespace on the payload, no
    /// header.
    static let recorded =
        "<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">"
        + "<soapenv:Body><createVirtualNetwork xmlns=\"http://vmserver/xsd\"><nodeCount>2</nodeCount>"
        + "<phyServer>10.77.0.11</phyServer><phyServer>10.77.0.12</phyServer><VMName>r1</VMName><VMName>r2</VMName>"
        + "<vmIP>10.0.0.1</vmIP><vmIP>10.0.0.2</vmIP><vmRAM>64</vmRAM><vmRAM>64</vmRAM>"
        + "</createVirtualNetwork></soapenv:Body></soapenv:Envelope>"

    static func v11(_ body: String, header: String = "") -> String { envelope(namespace11, body, header) }

    static func v12(_ body: String, header: String = "") -> String { envelope(namespace12, body, header) }

    private static func envelope(_ namespace: String, _ body: String, _ header: String) -> String {
        "<e:Envelope xmlns:e=\"\(namespace)\">\(header.isEmpty ? "" : "<e:Header>\(header)</e:Header>")"
            + "<e:Body>\(body)</e:Body></e:Envelope>"
    }

    /// A `sanityTest` of SOAP 1.1 with the given fields.
    static func sanity(_ fields: String) -> String {
        v11("<sanityTest xmlns=\"http://vmserver/xsd\">\(fields)</sanityTest>")
    }

    static func read(_ text: String, charset: String? = nil) throws(SOAPRefusal) -> SOAPRequest {
        try SOAPReader().request(Array(text.utf8), charset: charset)
    }

    /// The received value of `testString`.
    static func sanityText(_ text: String) throws -> String {
        try SanityTest(wire: read(text).payload).testString
    }

    /// The refusal of a message; `nil` if it is accepted.
    static func refusal(_ text: String) -> SOAPRefusal? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error
        }
    }
}
