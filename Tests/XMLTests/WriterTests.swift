import Testing

@testable import XML

@Suite struct WriterTests {
    static let hostile = [
        "", " ", "\n", "\t\r\n ", "<&>\"'", "]]>", "<![CDATA[", "<!--", "-->", "&amp;", "&#0;", "</a>", "'/><b c='",
        "é€𝄞", "e\u{301}", "\u{85}\u{2028}", "\u{FEFF}", "\u{FFFD}", "\u{EFFFF}", "<?p?>", "\r", "\r\n", "\u{7F}",
    ]

    @Test(arguments: hostile) func roundTrip(value: String) throws {
        #expect(XML.isAllowed(value))
        var element = XMLElement("a", ["b": value, "c": value])
        if !value.isEmpty { element.children = [.text(value), .element(XMLElement("d", text: value))] }
        if value.isEmpty { element.children = [.element(XMLElement("d"))] }
        let parsed = try XMLParser.tree(element.xmlText)
        #expect(parsed == element)
        // Strings compare by canonical equivalence, so the bytes are compared.
        #expect(Array((parsed["b"] ?? "?").utf8) == Array(value.utf8))
        #expect(Array(parsed.text.utf8) == Array(value.utf8))
    }

    @Test(arguments: ["\u{0}", "\u{1}", "\u{B}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"]) func replaced(value: String) throws
    {
        #expect(!XML.isAllowed(value))
        #expect(!XML.isAllowed("x\(value)y"))
        let parsed = try XMLParser.tree(XMLElement("a", ["b": "x\(value)y"], text: "\(value)\(value)").xmlText)
        #expect(parsed["b"] == "x\u{FFFD}y")
        #expect(parsed.text == "\u{FFFD}\u{FFFD}")
    }

    @Test func spelling() {
        var writer = XMLWriter()
        writer.declaration()
        writer.element("a", [("b", "<&>\"'\r\n\t")]) { writer in
            writer.element("c")
            writer.element("d", text: "<&>\"'\r\n\t")
            writer.element("e", text: "")
        }
        #expect(
            writer.text == "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                + "<a b=\"&lt;&amp;&gt;&quot;&apos;&#13;&#10;&#9;\"><c/><d>&lt;&amp;&gt;\"'&#13;\n\t</d><e/></a>")
    }

    @Test func indented() throws {
        let inner = XMLElement(
            "p", children: [.text("x"), .element(XMLElement("q", [:], [XMLElement("r")])), .text(" ")])
        let tree = XMLElement(
            "a", [:], [XMLElement("b", text: "1"), XMLElement("c"), inner, XMLElement("d", [:], [XMLElement("e")])])
        #expect(
            tree.xmlText(indent: 2) == """
                <a>
                  <b>1</b>
                  <c/>
                  <p>x<q><r/></q> </p>
                  <d>
                    <e/>
                  </d>
                </a>
                """)
        let first = XMLElement("a", children: [.element(XMLElement("b")), .text("x")])
        #expect(first.xmlText(indent: 2) == "<a><b/>x</a>")
    }

    @Test(arguments: [
        "<a xmlns='u'><b/><c xmlns=''><d/></c></a>", "<p:a xmlns:p='u' p:b='1'><p:c xmlns:p='v' p:d='2'/><p:e/></p:a>",
        "<a xmlns:p='u' xmlns:q='v' p:b='1' q:b='2' xml:lang='x'><q:c p:d=''/></a>", "<xml:a/>",
        "<a xmlns='u' xmlns:p='u' p:b='1'/>",
        "<a xmlns:ns0='v' ns0:c='' xmlns:p='u' p:b=''><b xmlns:ns0='u' ns0:b=''/></a>",
    ]) func namespaces(text: String) throws {
        let tree = try XMLParser.tree(text)
        #expect(try XMLParser.tree(tree.xmlText) == tree)
    }

    @Test func namespacesOfBuiltTrees() throws {
        let child = XMLElement("b", namespace: "v", attributes: [XMLAttribute("c", "1", namespace: "w")])
        let tree = XMLElement("a", namespace: "u", prefix: "p", children: [.element(child), .element(XMLElement("d"))])
        #expect(try XMLParser.tree(tree.xmlText) == tree)
        let mark = XMLElement("m:mark", ["xmlns:m": "urn:m", "id": "1"])
        #expect(mark.xmlText == "<m:mark xmlns:m=\"urn:m\" id=\"1\"/>")
    }

    @Test func bodyThatThrows() {
        struct Stop: Error {}
        var writer = XMLWriter()
        #expect(throws: Stop.self) { try writer.element("a") { (_) throws(Stop) in throw Stop() } }
    }

    #if os(Linux)
        @Test func namesAreChecked() async {
            await #expect(processExitsWith: .failure) {
                var writer = XMLWriter()
                writer.element("a b")
            }
        }
    #endif
}
