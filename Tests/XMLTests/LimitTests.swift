import Testing

@testable import XML

@Suite struct LimitTests {
    @Test func depth() {
        #expect(refusal(nested(64)) == nil)
        #expect(refusal(nested(65)) == .tooDeep)
        #expect(refusal(nested(100_000)) == .tooDeep)
        #expect(refusal(String(repeating: "<a>", count: 100_000)) == .tooDeep)
    }

    @Test func elements() {
        var parser = XMLParser()
        parser.limits.elements = 10
        #expect(refusal("<a>" + String(repeating: "<b/>", count: 9) + "</a>", parser: parser) == nil)
        #expect(refusal("<a>" + String(repeating: "<b/>", count: 10) + "</a>", parser: parser) == .tooManyElements)
    }

    @Test func attributes() {
        func tag(_ count: Int, _ name: String) -> String {
            "<a " + (0..<count).map { "\(name)\($0)='1'" }.joined(separator: " ") + "/>"
        }
        #expect(refusal(tag(64, "b")) == nil)
        #expect(refusal(tag(65, "b")) == .tooManyAttributes)
        #expect(refusal(tag(65, "xmlns:b")) == .tooManyAttributes)
        #expect(refusal(tag(100_000, "b")) == .tagTooLong)
    }

    @Test func attributesInAll() {
        var parser = XMLParser()
        parser.limits.allAttributes = 10
        func document(_ count: Int, _ attributes: String) -> String {
            "<a>" + String(repeating: "<b \(attributes)/>", count: count) + "</a>"
        }
        #expect(refusal(document(5, "c='1' d='2'"), parser: parser) == nil)
        #expect(refusal(document(6, "c='1' d='2'"), parser: parser) == .tooManyAttributes)
        #expect(refusal(document(6, "c='1' xmlns:d='2'"), parser: parser) == .tooManyAttributes)
    }

    @Test func namespacesInForce() {
        func level(_ number: Int) -> String {
            "<a " + (0..<64).map { "xmlns:p\(number)x\($0)='u'" }.joined(separator: " ") + ">"
        }
        func levels(_ count: Int) -> String {
            (0..<count).map(level).joined() + String(repeating: "</a>", count: count)
        }
        #expect(refusal(levels(4)) == nil)
        #expect(refusal(levels(5)) == .tooManyAttributes)
    }

    @Test func tag() {
        #expect(refusal(document(tag: 8192)) == nil)
        #expect(refusal(document(tag: 8193)) == .tagTooLong)
        #expect(refusal(document(tag: 9 << 10)) == .tagTooLong)
        #expect(refusal("<" + String(repeating: "a", count: 9 << 10)) == .tagTooLong)
        #expect(refusal("<a></a" + String(repeating: " ", count: 9 << 10) + "></a>") == .tagTooLong)
        #expect(refusal("<a b='" + String(repeating: ">", count: 9 << 10) + "'/>") == .tagTooLong)
    }

    @Test(arguments: [1, 7, 1000, 4096]) func tagInPieces(size: Int) {
        #expect(throws: Never.self) { try fed(Array(document(tag: 8192).utf8), by: size).get() }
        let outcome = fed(Array(document(tag: 8193).utf8), by: size)
        #expect(throws: XMLError.self) { try outcome.get() }
        if case .failure(let error) = outcome { #expect(error.kind == .tagTooLong) }
    }

    @Test func longTagInUTF16() {
        #expect(refusal(utf16(document(tag: 8192), bigEndian: true)) == nil)
        #expect(refusal(utf16(document(tag: 8193), bigEndian: true)) == .tagTooLong)
    }

    /// A comment or CDATA section may be long, but must not hide a long tag after it.
    @Test func longTagBehindMarks() {
        let long = document(tag: 9000)
        #expect(refusal("<r><!--" + long + "--></r>") == nil)
        #expect(refusal("<r><![CDATA[" + long + "]]></r>") == nil)
        for open in [
            "<!-- -->", "<![CDATA[]]>", "<!--<![CDATA[-->", "<![CDATA[<!--]]>", "<![CDATA[>]]]]>", "<b c='<!--'/>",
        ] {
            let expected: XMLError.Kind = open.contains("='<") ? .malformed : .tagTooLong
            #expect(refusal("<r>" + open + long + "</r>") == expected, "\(open)")
        }
        #expect(refusal("<r><!--> <![CDATA[ -->" + long + "<!-- ]]> --></r>") == .tagTooLong)
        #expect(refusal("<r>\"" + long + "</r>") == .tagTooLong)
    }

    @Test func textOfOneElement() {
        var parser = XMLParser()
        parser.limits.text = 1000
        let half = String(repeating: "x", count: 500)
        #expect(refusal("<a>\(half)<b/>\(half)</a>", parser: parser) == nil)
        #expect(refusal("<a>\(half)<b/>\(half)!</a>", parser: parser) == .textTooLong)
        #expect(refusal("<a>\(half)<b>\(half)</b></a>", parser: parser) == nil)
        #expect(refusal("<a><![CDATA[\(half)\(half)!]]></a>", parser: parser) == .textTooLong)
    }

    @Test func bytes() throws {
        var parser = XMLParser()
        parser.limits.bytes = 100
        let text = "<a>" + String(repeating: "é", count: 47) + "</a>"
        #expect(refusal(text.utf8.dropLast(0), parser: parser) == .tooLarge)
        #expect(refusal(latin1(text), encoding: "iso-8859-1", parser: parser) == .tooLarge)
        #expect(refusal("<a>" + String(repeating: "x", count: 93) + "</a>", parser: parser) == nil)
        #expect(refusal("<a>" + String(repeating: "x", count: 94) + "</a>", parser: parser) == .tooLarge)
    }

    /// More than libxml2's own limit of 10,000,000 bytes of unparsed data.
    @Test func largeSection() throws {
        let count = 10_001_000
        let text = "<a><![CDATA[" + String(repeating: "x", count: count) + "]]></a>"
        #expect(try XMLParser.tree(text).text.utf8.count == count)
    }
}
