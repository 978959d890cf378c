import Testing

@testable import XML

@Suite struct RefusalTests {
    static let laughs =
        "<!DOCTYPE l [<!ENTITY a \"ha\">"
        + (1..<10).map { "<!ENTITY a\($0) \"" + String(repeating: "&a\($0 - 1);", count: 10) + "\">" }.joined()
        + "]><l>&a9;</l>"

    @Test(arguments: [
        laughs, "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>", "<!DOCTYPE a PUBLIC \"p\" \"s\"><a/>",
        "<!DOCTYPE a><a/>", "<!DOCTYPE a []><a/>", "<?xml version='1.0'?>\n<!-- x --><!DOCTYPE a><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]><a/>",
        "<!DOCTYPE a [<!ATTLIST a b CDATA 'c'>]><a/>",
    ]) func documentTypes(text: String) {
        #expect(refusal(text) == .doctype)
        if case .failure(let error) = fed(Array(text.utf8), by: 1) {
            #expect(error.kind == .doctype)
        } else {
            Issue.record("accepted")
        }
    }

    @Test(arguments: [
        "<a>&x;</a>", "<a b='&x;'/>", "<a>&amp</a>", "<a>&#0;</a>", "<a>&#1;</a>", "<a>&#xFFFE;</a>", "<a>&#xD800;</a>",
        "<a>&#x110000;</a>", "<a>\u{0}</a>", "<a>\u{1}</a>", "<a b='\u{1F}'/>", "<a>\u{FFFE}</a>", "<a>\u{FFFF}</a>",
        "<a><!--\u{8}--></a>", "<a>\u{0}", "\u{0}",
    ]) func charactersAndEntities(text: String) {
        #expect(refusal(text) == .malformed)
    }

    @Test(arguments: [
        "<p:a/>", "<a p:b='1'/>", "<a b='1' b='2'/>", "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
        "<a xmlns:p=''/>", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", "<a:b:c xmlns:a='u'/>",
    ]) func names(text: String) {
        #expect(refusal(text) == .malformed)
    }

    @Test(arguments: [
        "<a></b>", "<a><b></a></b>", "<a/>x", "<a/><b/>", "x<a/>", "x", "<a b=c/>", "<a b='<'/>",
        "<a>]]></a>", "<a><!-- -- --></a>", " <?xml version='1.0'?><a/>",
        "<a/><![CDATA[]]>", "<a/>&#32;", "<a><!DOCTYPE a></a>", "<a><![cdata[x]]></a>",
    ]) func malformed(text: String) {
        #expect(refusal(text) == .malformed)
    }

    /// No prefix of a document is accepted. One that ends between two characters is reported as truncated.
    @Test func truncated() throws {
        let text = "<?xml version='1.0'?><e:a xmlns:e='u' b='é'>&lt;<![CDATA[x]]><!-- c --><d/></e:a>"
        let bytes = Array(text.utf8)
        let root = try #require(text.utf8.firstRange(of: "<e:a".utf8))
        let begun = text.utf8.distance(from: text.utf8.startIndex, to: root.lowerBound)
        for count in bytes.indices {
            let kind = refusal(bytes.prefix(count))
            #expect(kind != nil, "\(count)")
            guard count > begun, String(validating: bytes.prefix(count), as: UTF8.self) != nil else { continue }
            #expect(kind == .truncated, "\(count)")
        }
        #expect(refusal(bytes) == nil)
    }

    @Test(arguments: ["<a>", "<a", "<", "<a><![CDATA[x</a>", "<a><!-- x</a>", "<a><b></b>", "<a>x", "<a>&am"])
    func cutOff(text: String) {
        #expect(refusal(text) == .truncated)
        let error = #expect(throws: XMLError.self) { try XMLParser.tree(text) }
        #expect(error?.message.contains("truncated: it ends within") == true)
    }

    @Test(arguments: ["", " ", "\n\t \r\n", "\u{FEFF}", "\u{FEFF} "]) func empty(text: String) {
        #expect(refusal(text) == .empty)
    }

    @Test(arguments: ["<?p x?><a/>", "<a><?p?></a>", "<a/><?p x?>", "<a><?p don't?></a>"])
    func processingInstructions(text: String) {
        #expect(refusal(text) == .processingInstruction)
        #expect(refusal(text, parser: XMLParser(processingInstructions: .ignore)) == nil)
    }

    @Test func longProcessingInstruction() {
        let text = "<a><?p " + String(repeating: "x", count: 9000) + "?></a>"
        #expect(refusal(text, parser: XMLParser(processingInstructions: .ignore)) == .tagTooLong)
    }

    @Test func errorsNameThePlace() {
        let error = #expect(throws: XMLError.self) { try XMLParser.tree("<a>\n  <b>\n</a>") }
        #expect(error?.line == 3)
        let control = #expect(throws: XMLError.self) { try XMLParser.tree("<a>\né\u{1}</a>") }
        #expect(control?.line == 2)
        #expect(control?.column == 2)
        #expect(control?.message.contains("0x1") == true)
    }

    @Test func failureStays() {
        var feed = XMLParser().feed()
        #expect(throws: XMLError.self) { try feed.feed([0x3C, 0x61, 0x3E, 0xFF]) }
        let again = #expect(throws: XMLError.self) { try feed.feed([0x3C]) }
        #expect(again?.kind == .encoding)
        do throws(XMLError) {
            _ = try feed.finish()
            Issue.record("accepted")
        } catch {
            #expect(error.kind == .encoding)
        }
    }
}
