import Testing

@testable import XML

@Suite struct TreeTests {
    @Test func textAndReferences() throws {
        let tree = try XMLParser.tree("<a>&#xE1;&#225;<![CDATA[<&>]]>&lt;&gt;&amp;&apos;&quot;<!-- no -->é\r\n</a>")
        #expect(tree.children == [.text("áá<&><>&'\"é\n")])
        #expect(tree.trimmedText == "áá<&><>&'\"é")
        #expect(try XMLParser.tree("<a>\u{A0} \n</a>").trimmedText == "\u{A0}")
        #expect(try XMLParser.tree("<a> \n</a>").trimmedText == "")
    }

    @Test func attributeValues() throws {
        let tree = try XMLParser.tree("<a b='&amp;&#38;&#x26;&lt;&quot;&apos;&#38;#38; &amp;lt;&#13;&#10;&#9;\n'/>")
        #expect(tree["b"] == "&&&<\"'&#38; &lt;\r\n\t ")
    }

    @Test func childrenInOrder() throws {
        let tree = try XMLParser.tree("<a>x<b>1</b>y<!-- c -->z<c/><b>2</b></a>")
        #expect(
            tree.children == [
                .text("x"), .element(XMLElement("b", text: "1")), .text("yz"), .element(XMLElement("c")),
                .element(XMLElement("b", text: "2")),
            ])
        #expect(tree.text == "xyz")
        #expect(tree.elements.map(\.name) == ["b", "c", "b"])
        #expect(tree.elements(named: "b").map(\.text) == ["1", "2"])
        #expect(tree.element(named: "b")?.text == "1")
        #expect(tree.element(named: "d") == nil)
        #expect(try XMLParser.tree("<a><b><c>1</c></b></a>").path("b", "c")?.text == "1")
    }

    @Test func namespaces() throws {
        let tree = try XMLParser.tree(
            """
            <p:a xmlns:p="u1" xmlns="u2" b="1" p:b="2" xml:lang="cs"><b/><c xmlns=""/><q:d xmlns:q="u1"/><p:e xmlns:p="u3"/></p:a>
            """)
        #expect(tree.namespace == "u1")
        #expect(tree.prefix == "p")
        #expect(tree.elements.map(\.namespace) == ["u2", "", "u1", "u3"])
        #expect(tree.elements.map(\.prefix) == ["", "", "q", "p"])
        #expect(tree["b"] == "1")
        #expect(tree["b", namespace: "u1"] == "2")
        #expect(tree["lang", namespace: "http://www.w3.org/XML/1998/namespace"] == "cs")
        #expect(tree.attributes.count == 3)
        #expect(tree.element(named: "e", namespace: "u1") == nil)
        #expect(tree.element(named: "e", namespace: "u3") != nil)
    }

    @Test func qualifiedNamesInContent() throws {
        let tree = try XMLParser.tree("<a xmlns:p='u1' xmlns='u2'><b xmlns:p='u3'/><c xmlns=''/></a>")
        let inner = try #require(tree.element(named: "b"))
        #expect(tree.resolve("p:x")?.namespace == "u1")
        #expect(tree.resolve("p:x")?.name == "x")
        #expect(inner.resolve("p:x")?.namespace == "u3")
        #expect(inner.resolve("x")?.namespace == "u2")
        #expect(tree.element(named: "c")?.resolve("x")?.namespace == "")
        for name in ["q:x", "p:x:y", ":x", "p:", ""] { #expect(tree.resolve(name) == nil, "\(name)") }
    }

    /// Equality ignores prefixes.
    @Test func equality() throws {
        let tree = try XMLParser.tree("<p:a xmlns:p='u'/>")
        #expect(try tree == XMLParser.tree("<a xmlns='u'/>"))
        #expect(try tree != XMLParser.tree("<p:a xmlns:p='v'/>"))
        #expect(try tree != XMLParser.tree("<p:b xmlns:p='u'/>"))
        #expect(try tree != XMLParser.tree("<p:a xmlns:p='u' c=''/>"))
    }

    @Test(arguments: [1, 2, 3, 5, 64, 4096]) func piecesGiveTheSame(size: Int) {
        let documents = [
            "<a/>", "<?xml version='1.0'?><a>x</a>", "<a>é€𝄞<![CDATA[]]]]><![CDATA[>]]></a>", "<a><!-->--></a>",
            "<p:a xmlns:p='u' b='\n&#10;'>\r\n\r<p:b/>&#xE1;</p:a>", "<a>\u{1}</a>", "<a></b>", "<a/>x", "", "<a>",
            "<a>" + String(repeating: "<b c='1'>text &amp; more</b>\n", count: 2000) + "</a>",
            "<a>" + String(repeating: "é", count: 10_000) + "<!--" + String(repeating: "-é", count: 5000) + "--></a>",
            RefusalTests.laughs, nested(64), nested(65), "\u{FEFF}<a/>", "<!DOCTYPE a><a>\u{0}</a>", "<?xm", "<?xml",
        ]
        for text in documents {
            let bytes = Array(text.utf8)
            let whole = Result { () throws(XMLError) in try XMLParser().parse(bytes: bytes) }
            switch (whole, fed(bytes, by: size)) {
            case (.success(let one), .success(let other)): #expect(one == other)
            case (.failure(let one), .failure(let other)): #expect(one.kind == other.kind, "\(text.prefix(40))")
            default: Issue.record("not the same: \(text.prefix(40))")
            }
        }
    }

    /// Many threads use libxml2 concurrently.
    @Test func manyAtOnce() async throws {
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let text = "<a>" + String(repeating: "<b>\(number)</b>", count: 100) + "</a>"
                    let isBroken = number % 3 == 0
                    guard let tree = try? XMLParser.tree(isBroken ? text + "<" : text) else { return isBroken }
                    return !isBroken && tree.elements.allSatisfy { $0.text == String(number) }
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }
}
