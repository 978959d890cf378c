import SOAP
import Testing
import VMSAPI

/// What is no SOAP, and what is SOAP that cannot be served.
struct RefusalTests {
    @Test(
        "What is no SOAP is told so",
        arguments: [
            ("", "document"), ("hello", "XML"), ("<a>", "XML"), ("<a/>", "not Envelope"),
            ("<e:Envelope xmlns:e=\"\(Envelopes.namespace11)\"/>", "no Body"),
            ("<e:Envelope xmlns:e=\"\(Envelopes.namespace11)\"><e:Header/></e:Envelope>", "no Body"),
            (
                "<!DOCTYPE e:Envelope [<!ENTITY x \"y\">]>" + Envelopes.sanity("<testString>&x;</testString>"),
                "document type"
            ),
            (Envelopes.v11(String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100)), "levels"),
        ])
    func noSOAP(message: String, word: String) throws {
        let refusal = try #require(Envelopes.refusal(message))
        #expect(!refusal.isSOAP)
        #expect(refusal.version == .v11)
        #expect(refusal.fault.code == .caller)
        #expect(refusal.fault.detail?.code == "malformed")
        #expect(refusal.fault.reason.contains(word), "\(refusal.fault.reason)")
    }

    @Test("A body without a service is a fault in the version that was asked")
    func emptyBody() throws {
        let refusal = try #require(Envelopes.refusal(Envelopes.v12(" ")))
        #expect(refusal.isSOAP)
        #expect(refusal.version == .v12)
        #expect(refusal.fault.reason.contains("names no service"))
    }

    @Test("An envelope of another version is a VersionMismatch, without detail")
    func otherVersion() throws {
        let message = "<e:Envelope xmlns:e=\"urn:soap2\"><e:Body><a/></e:Body></e:Envelope>"
        let refusal = try #require(Envelopes.refusal(message))
        #expect(refusal.isSOAP)
        #expect(refusal.fault.code == .versionMismatch)
        #expect(refusal.fault.detail == nil)
    }

    @Test(
        "A header that must be understood and is not is refused, if it is for us",
        arguments: [
            ("e:mustUnderstand=\"1\"", true), ("e:mustUnderstand=\"true\"", true), ("e:mustUnderstand=\" 1 \"", true),
            ("e:mustUnderstand=\"0\"", false), ("e:mustUnderstand=\"false\"", false), ("", false),
            ("mustUnderstand=\"1\"", false),
            ("e:mustUnderstand=\"1\" e:actor=\"urn:somebody\"", false),
            ("e:mustUnderstand=\"1\" e:actor=\"http://schemas.xmlsoap.org/soap/actor/next\"", true),
            ("e:mustUnderstand=\"1\" e:actor=\"\"", true),
        ])
    func mustUnderstand(attributes: String, isRefused: Bool) {
        let header = "<x:Strange xmlns:x=\"urn:x\" \(attributes)/>"
        let refusal = Envelopes.refusal(Envelopes.v11("<a/>", header: header))
        #expect((refusal?.fault.code == .mustUnderstand) == isRefused)
        #expect((refusal == nil) != isRefused)
        if isRefused { #expect(refusal?.fault.reason.contains("'Strange'") == true) }
    }

    @Test(
        "SOAP 1.2 says role",
        arguments: [
            ("e:role=\"http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver\"", true),
            ("e:role=\"http://www.w3.org/2003/05/soap-envelope/role/next\"", true),
            ("e:role=\"http://www.w3.org/2003/05/soap-envelope/role/none\"", false), ("e:role=\"urn:b\"", false),
        ])
    func role(attributes: String, isRefused: Bool) {
        let header = "<x:Strange xmlns:x=\"urn:x\" e:mustUnderstand=\"true\" \(attributes)/>"
        #expect((Envelopes.refusal(Envelopes.v12("<a/>", header: header)) != nil) == isRefused)
    }

    private static let security =
        "<w:Security xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" "
        + "e:mustUnderstand=\"true\">"

    @Test("Name and password of a UsernameToken are read, though it must be understood (suds)")
    func user() throws {
        let header =
            "\(Self.security)<w:UsernameToken><w:Username>me</w:Username><w:Password>p w</w:Password>"
            + "</w:UsernameToken></w:Security>"
        let request = try Envelopes.read(Envelopes.v11("<a/>", header: header))
        #expect(request.user == UsernameToken(name: "me", password: "p w"))
    }

    @Test("A signature that must be understood is not passed over")
    func signature() {
        let header = "\(Self.security)<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/></w:Security>"
        #expect(Envelopes.refusal(Envelopes.v11("<a/>", header: header))?.fault.code == .mustUnderstand)
    }
}
