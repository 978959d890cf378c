import SOAP
import Testing
import VMSAPI

/// The envelopes that clients send, in all their variants.
struct ReaderTests {
    @Test("The 2010 client's request is read field by field, in order")
    func recorded() throws {
        let request = try Envelopes.read(Envelopes.recorded, charset: "UTF-8")
        #expect(request.version == .v11)
        #expect(request.service == "createVirtualNetwork")
        let fields = [
            ("nodeCount", "2"), ("phyServer", "10.77.0.11"), ("phyServer", "10.77.0.12"), ("VMName", "r1"),
            ("VMName", "r2"), ("vmIP", "10.0.0.1"), ("vmIP", "10.0.0.2"), ("vmRAM", "64"), ("vmRAM", "64"),
        ]
        #expect(request.payload == .object(fields.map { .init($0.0, .string($0.1)) }))
        #expect(request.addressing == nil)
    }

    @Test("The envelope's namespace determines the version")
    func version() throws {
        #expect(try Envelopes.read(Envelopes.v11("<a/>")).version == .v11)
        #expect(try Envelopes.read(Envelopes.v12("<a/>")).version == .v12)
    }

    @Test(
        "All variants of a request are read as the same request",
        arguments: [
            Envelopes.sanity("<testString>hello</testString>"),
            Envelopes.v12("<sanityTest xmlns=\"http://vmserver/xsd\"><testString>hello</testString></sanityTest>"),
            // No namespace; another one; fields without the payload's namespace; a prefix.
            Envelopes.v11("<sanityTest><testString>hello</testString></sanityTest>"),
            Envelopes.v11("<x:sanityTest xmlns:x=\"urn:other\"><x:testString>hello</x:testString></x:sanityTest>"),
            Envelopes.v11("<x:sanityTest xmlns:x=\"urn:other\"><testString>hello</testString></x:sanityTest>"),
            // One level down: Axis2's RPC shape.
            Envelopes.sanity("<args0><testString>hello</testString></args0>"),
            Envelopes.sanity("<element><testString>hello</testString></element>"),
            // An unknown field; white space, comments and instructions everywhere.
            Envelopes.sanity("<extra>1</extra><testString>hello</testString>"),
            Envelopes.v11(
                "\n <!-- c --> <?pi x?>\n <sanityTest>\n <!-- c -->\n <testString>hello</testString>\n</sanityTest>\n"),
            Envelopes.sanity("<testString>he<!-- c -->llo</testString>"),
            Envelopes.sanity("<testString><![CDATA[hello]]></testString>"),
            Envelopes.sanity("<testString>&#x68;e&#108;lo</testString>"),
            // An empty header; two prefixes for the envelope's namespace (suds).
            "<e:Envelope xmlns:e=\"\(Envelopes.namespace11)\"><e:Header/><e:Body><sanityTest><testString>hello"
                + "</testString></sanityTest></e:Body></e:Envelope>",
            "<S:Envelope xmlns:S=\"\(Envelopes.namespace11)\" xmlns:n=\"\(Envelopes.namespace11)\"><n:Body><sanityTest>"
                + "<testString>hello</testString></sanityTest></n:Body></S:Envelope>",
            // encodingStyle and xsi:type (SOAP::Lite).
            "<e:Envelope xmlns:e=\"\(Envelopes.namespace11)\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" "
                + "xmlns:x=\"http://www.w3.org/2001/XMLSchema\" e:encodingStyle="
                + "\"http://schemas.xmlsoap.org/soap/encoding/\"><e:Body><sanityTest><testString i:type=\"x:string\">"
                + "hello</testString></sanityTest></e:Body></e:Envelope>",
        ])
    func leniency(message: String) throws {
        #expect(try Envelopes.sanityText(message) == "hello")
    }

    @Test("Text arrives unchanged to the last code point")
    func text() throws {
        let text = " \t a\u{E1}\u{1F680}e\u{301}\u{200D}\u{10FFFF} &<>\"' \n "
        let written = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        let read = try Envelopes.sanityText(Envelopes.sanity("<testString>\(written)</testString>"))
        #expect(read.unicodeScalars.elementsEqual(text.unicodeScalars))
        #expect(try Envelopes.sanityText(Envelopes.sanity("<testString></testString>")).isEmpty)
        #expect(try Envelopes.sanityText(Envelopes.sanity("<testString/>")).isEmpty)
    }

    @Test("Lists arrive directly, or wrapped twice")
    func lists() throws {
        let nodes =
            "<Node><NodeName>a</NodeName><IP>10.0.0.1</IP><IP>10.0.0.2</IP></Node>"
            + "<Node><NodeName>b</NodeName></Node>"
        for fields in [nodes, "<Node>\(nodes)</Node>"] {
            let message = try Envelopes.read(Envelopes.v11("<registerNodes>\(fields)</registerNodes>"))
            let request = try RegisterNodes(wire: message.payload)
            #expect(request.node.map(\.nodeName) == ["a", "b"])
            #expect(request.node.first?.ip == ["10.0.0.1", "10.0.0.2"])
        }
    }

    @Test("xsi:nil is null if true, not if false")
    func null() throws {
        let instance = "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
        let message = try Envelopes.read(
            Envelopes.sanity(
                "<a \(instance) i:nil=\"true\"/><b \(instance) i:nil=\"1\"/><c \(instance) i:nil=\"false\">x</c>"))
        #expect(message.payload == .object([.init("a", .null), .init("b", .null), .init("c", .string("x"))]))
    }

    @Test(
        "Encodings: byte order marks, UTF-16, Latin-1 by declaration and by charset",
        arguments: [
            ([0xEF, 0xBB, 0xBF] + Array("\u{E1}".utf8), nil), (Array("\u{E1}".utf8), "utf-8"), ([0xE1], "ISO-8859-1"),
        ] as [([UInt8], String?)])
    func encodings(letter: [UInt8], charset: String?) throws {
        let mark = letter.count == 5 ? Array(letter.prefix(3)) : []
        let bytes =
            mark + Array("<e:Envelope xmlns:e=\"\(Envelopes.namespace11)\"><e:Body><sanityTest><testString>".utf8)
            + letter.dropFirst(mark.count) + Array("</testString></sanityTest></e:Body></e:Envelope>".utf8)
        let request = try SOAPReader().request(bytes, charset: charset)
        #expect(try SanityTest(wire: request.payload).testString == "\u{E1}")
    }

    @Test("UTF-16 in both orders", arguments: [true, false])
    func utf16(bigEndian: Bool) throws {
        let text = "\u{FEFF}" + Envelopes.sanity("<testString>\u{E1}\u{1F680}</testString>")
        let bytes = text.utf16.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return bigEndian ? [high, low] : [low, high]
        }
        let request = try SOAPReader().request(bytes, charset: "utf-16")
        #expect(try SanityTest(wire: request.payload).testString == "\u{E1}\u{1F680}")
    }
}
