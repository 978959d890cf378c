import SOAP
import Testing
import VMSAPI

/// Parts next to the envelope.
struct MTOMTests {
    /// All byte values, and bytes that resemble the end of a part.
    static let hard = Array(UInt8.min...UInt8.max) + "\r\n--MIME_boundar\r\n--MIME_boundaryX\r\n\r\n--\0".utf8

    @Test("A field for bytes takes a part unchanged", arguments: [false, true])
    func taken(soap12: Bool) throws {
        let package = Package(content: Package.include("cid:a%40b"), soap12: soap12, ("a@b", Self.hard))
        #expect(try package.content() == Self.hard)
        #expect(try package.read().version == (soap12 ? .v12 : .v11))
    }

    @Test("White space around an Include and the part's own type are ignored")
    func spaces() throws {
        var package = Package(content: "\n  \(Package.include("CID:x"))\n")
        package.attach("x", [1, 2, 3], "Content-Type: image/png; name=\"a;b\u{E9}", "X-Folded: one", "\ttwo")
        #expect(try package.content() == [1, 2, 3])
    }

    @Test("An empty part counts as a missing field, as empty base64 does")
    func empty() throws {
        #expect(try Package(content: Package.include("cid:x"), ("x", [])).content() == nil)
        #expect(try Package(content: "").content() == nil)
    }

    @Test("Base64 in the envelope and in a part, without start, with text before and after the parts")
    func leniences() throws {
        #expect(try Package(content: "AQID").content() == [1, 2, 3])
        var package = Package(content: Package.include("cid:x"))
        package.parts.append((["content-id: x", "content-transfer-encoding: BASE64"], Array("AQ\r\nID".utf8)))
        package.type = "Multipart/Related;TYPE=application/xop+xml"
        package.end = "--MIME_boundary--  \r\nwhatever"
        #expect(try package.content() == [1, 2, 3])
        let bytes = Array("a preamble\r\n".utf8) + package.bytes
        let request = try SOAPReader().request(bytes, multipart: package.contentType)
        #expect(try AddImage(wire: request.payload).file.first?.content.map(Array.init) == [1, 2, 3])
    }

    @Test("The envelope is the part that start names, in any position")
    func start() throws {
        var package = Package(content: Package.include("cid:x"), ("x", [7]))
        package.parts.reverse()
        #expect(try package.content() == [7])
        package.type = package.type.replacing("<root>", with: "root")
        #expect(try package.content() == [7])
    }

    @Test("An attachment for a field of another kind is refused with the field's name")
    func otherField() throws {
        let call = "<sanityTest><testString>\(Package.include("cid:x"))</testString></sanityTest>"
        var package = Package(envelope: Envelopes.v11(call))
        package.attach("x", Array("text".utf8))
        let payload = try package.read().payload
        let error = #expect(throws: FieldError.self) { try SanityTest(wire: payload) }
        #expect(error?.field == "testString")
        #expect(error?.code == .invalidValue)
        #expect(error?.expected == "must be text, not an attachment")
    }

    @Test("An envelope alone cannot refer to a part")
    func alone() throws {
        let refusal = Envelopes.refusal(Envelopes.sanity("<testString>\(Package.include("cid:x"))</testString>"))
        #expect(refusal?.fault.detail?.code == "malformed")
        #expect(refusal?.fault.reason.contains("no attachments") == true)
    }

    static let include = Package.include("cid:x")

    @Test(
        "References to no part, two references to one part, or references outside of a field",
        arguments: [
            (Package(content: Package.include("cid:y"), ("x", [1])), "'y', but no part has that Content-ID"),
            (Package(content: "AQID", ("x", [1])), "no xop:Include in a field refers to the part 'x'"),
            (Package(content: Package.include("x"), ("x", [1])), "href 'x': must be cid:"),
            (Package(content: Package.include("cid:%4"), ("x", [1])), "must be cid:"),
            (Package(content: Package.include("http://a/"), ("x", [1])), "href 'http://a/'"),
            (Package(content: include + include, ("x", [1])), "is not alone"),
            (Package(content: "AQID" + include, ("x", [1])), "is not alone"),
            (
                Package(content: include + "</content><content>" + include, ("x", [1])),
                "two xop:Include refer to the part 'x'"
            ),
            (Package(content: include, ("x", [1]), ("x", [2])), "two parts have the Content-ID 'x'"),
        ])
    func references(package: Package, words: String) throws { try expect(package, words) }

    @Test("An Include in place of the fields, and in a header, is refused")
    func elsewhere() throws {
        var package = Package(envelope: Envelopes.v11("<addImage>\(Self.include)</addImage>"))
        package.attach("x", [1])
        try expect(package, "Include in 'addImage' is not alone")
        package = Package(envelope: Envelopes.v11("<addImage/>", header: Self.include))
        package.attach("x", [1])
        try expect(package, "no xop:Include in a field")
    }

    @Test(
        "Invalid multipart messages are refused with the reason",
        arguments: [
            (Package.broken { $0.type = "multipart/related; type=\"text/xml\"" }, "only in MTOM messages"),
            (Package.broken { $0.type = "multipart/mixed; type=\"application/xop+xml\"" }, "only in MTOM messages"),
            (Package.broken { $0.type = Package.related + "; boundary=a" }, "'boundary' is given twice"),
            (Package.broken { $0.type = "multipart/related; type=\"application/xop+xml" }, "quoted wrongly"),
            (Package.broken { $0.type = "multipart/related; type" }, "'type' has no value"),
            (Package.broken { $0.type = Package.related + "; start=\"<other>\"" }, "start is 'other': no part has"),
            (Package.broken { $0.boundary = "" }, "must be 1 to 70"),
            (Package.broken { $0.boundary = String(repeating: "b", count: 71) }, "must be 1 to 70"),
            (Package.broken { $0.boundary = "a{b" }, "must be 1 to 70"),
            (Package.broken { $0.end = "" }, "ends within part 2: there is no line '--MIME_boundary--'"),
            (Package.broken { $0.end = "--MIME_boundary-" }, "ends within part 2"),
            (Package.broken { $0.end = "--MIME_boundary\r\nContent-ID: <z>" }, "ends within part 3"),
        ])
    func broken(package: Package, words: String) throws { try expect(package, words) }

    @Test("No boundary, no part, other line ends")
    func noParts() throws {
        let type = "multipart/related; type=\"application/xop+xml\"; boundary=b"
        for (text, type, words) in [
            ("--b--\r\n", type, "begins with its end"), ("x\r\n--b--\r\n", type, "begins with its end"),
            ("", type, "no part begins"), ("--b\n\n<a/>\n--b--\n", type, "no part begins"),
            ("--b\r\n--b--\r\n", type, "Content-Type ''"), ("--b\r\n\r\n--b--", type, "Content-Type ''"),
            ("--b--", "multipart/related; type=\"application/xop+xml\"", "has no boundary"),
        ] {
            let refusal = #expect(throws: SOAPRefusal.self) {
                try SOAPReader().request(Array(text.utf8), multipart: type)
            }
            #expect(refusal?.fault.reason.contains(words) == true, "\(text): \(refusal?.fault.reason ?? "")")
        }
    }

    @Test(
        "Headers of parts that are too long, too many, without a name, or with unsupported values",
        arguments: [
            (["Content-Type: multipart/mixed; boundary=c"], "has parts of its own"),
            (
                ["Content-Transfer-Encoding: quoted-printable"],
                "Content-Transfer-Encoding 'quoted-printable': must be binary"
            ),
            (["Content-Transfer-Encoding: base64"], "complete base64"),
            (["X: " + String(repeating: "x", count: 5000)], "more than 4096 bytes"),
            (Array(repeating: "X", count: 2000), "has no name"),
            ((0..<1000).map { "X\($0): y" }, "more than 4096 bytes"),
            (["X: y", "x: z"], "has the header x twice"),
            (["X: \u{1}"], "has control characters"), (["X: a\rb"], "CR without LF"), ([":"], "has no name"),
        ])
    func headers(headers: [String], words: String) throws {
        var package = Package(content: Self.include)
        package.parts.append((["Content-ID: <x>"] + headers, [1]))
        try expect(package, words)
    }

    @Test("A part without Content-ID, an envelope of another type, too many parts")
    func others() throws {
        var package = Package(content: "")
        package.parts.append(([], [1]))
        try expect(package, "has no Content-ID")
        package = Package(content: "")
        package.parts[0].headers[0] = "Content-Type: text/xml"
        try expect(package, "Content-Type 'text/xml': must be application/xop+xml")
        package = Package(content: "")
        for number in 0..<32 { package.attach("\(number)", [1]) }
        try expect(package, "more than 32 parts")
    }

    @Test("A broken message is answered in the version that its type names")
    func version() {
        var package = Package(content: "", soap12: true)
        package.end = ""
        #expect(package.refusal()?.version == .v12)
    }

    private func expect(_ package: Package, _ words: String, at place: SourceLocation = #_sourceLocation) throws {
        let refusal = try #require(package.refusal(), sourceLocation: place)
        #expect(refusal.isSOAP, sourceLocation: place)
        #expect(refusal.fault.code == .caller, sourceLocation: place)
        #expect(refusal.fault.reason.contains(words), "\(refusal.fault.reason)", sourceLocation: place)
    }
}
