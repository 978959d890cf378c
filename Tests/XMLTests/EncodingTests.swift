import Testing

@testable import XML

@Suite struct EncodingTests {
    static let text = "<a b='é'>Žluťoučký kůň € 𝄞</a>"

    @Test func utf8() throws {
        let tree = try XMLParser().parse(bytes: Self.text.utf8)
        #expect(tree.text == "Žluťoučký kůň € 𝄞")
        #expect(tree["b"] == "é")
        #expect(try XMLParser().parse(bytes: ("\u{FEFF}" + Self.text).utf8) == tree)
        #expect(try XMLParser().parse(bytes: ("<?xml version='1.0' encoding='UTF-8'?>" + Self.text).utf8) == tree)
    }

    @Test(arguments: [true, false]) func utf16(bigEndian: Bool) throws {
        let expected = try XMLParser.tree(Self.text)
        for declaration in ["", "<?xml version='1.0' encoding='UTF-16'?>", "<?xml version='1.0' encoding='UTF-8'?>"] {
            let bytes = XMLTests.utf16(declaration + Self.text, bigEndian: bigEndian)
            for encoding in [nil, "UTF-16", "utf-8"] {
                #expect(try XMLParser().parse(bytes: bytes, encoding: encoding) == expected)
                #expect(try fed(bytes, by: 1, encoding: encoding).get() == expected)
            }
            #expect(refusal(bytes.dropLast()) == .encoding)
        }
        #expect(refusal(XMLTests.utf16(Self.text, bigEndian: bigEndian, mark: false)) != nil)
        #expect(refusal(XMLTests.utf16(Self.text, bigEndian: bigEndian, mark: false), encoding: "utf-16") == .encoding)
    }

    @Test func loneSurrogates() {
        for units: [UInt8] in [[0xD8, 0x00, 0x00, 0x41], [0xDC, 0x00], [0xD8, 0x00, 0xD8, 0x00], [0xD8, 0x00]] {
            let bytes = XMLTests.utf16("<a>", bigEndian: true) + units
            #expect(refusal(bytes) == .encoding, "\(units)")
            #expect(refusal(bytes + XMLTests.utf16("</a>", bigEndian: true, mark: false)) == .encoding, "\(units)")
        }
    }

    @Test func latin1() throws {
        let text = "<a b='ÿ'>café \u{A0}\u{85}</a>"
        let expected = try XMLParser.tree(text)
        #expect(try XMLParser().parse(bytes: XMLTests.latin1(text), encoding: "ISO-8859-1") == expected)
        for quote in ["'", "\""] {
            let declared = "<?xml version=\(quote)1.0\(quote) encoding = \(quote)iso-8859-1\(quote)?>" + text
            #expect(try XMLParser().parse(bytes: XMLTests.latin1(declared)) == expected)
            #expect(try fed(XMLTests.latin1(declared), by: 1).get() == expected)
            // The transport overrides the declaration.
            #expect(try XMLParser().parse(bytes: declared.utf8, encoding: "UTF-8") == expected)
            #expect(refusal(XMLTests.latin1(declared), encoding: "UTF-8") == .encoding)
        }
    }

    @Test func ascii() {
        #expect(refusal("<a/>".utf8, encoding: "us-ascii") == nil)
        #expect(refusal("<a>é</a>".utf8, encoding: "us-ascii") == .encoding)
    }

    @Test(arguments: ["windows-1252", "utf-7", "ebcdic-cp-us", "utf-32", "", "x\u{0}y"])
    func unknown(encoding: String) {
        #expect(refusal("<a/>".utf8, encoding: encoding) == .encoding)
        guard !encoding.contains("\u{0}") else { return }
        #expect(refusal("<?xml version='1.0' encoding='\(encoding)'?><a/>") == .encoding)
    }

    /// A declaration of UTF-16 in a document of single bytes is a contradiction.
    @Test func contradiction() {
        #expect(refusal("<?xml version='1.0' encoding='utf-16'?><a/>") == .encoding)
    }

    @Test func endlessDeclaration() {
        #expect(refusal("<?xml version='1.0' " + String(repeating: " ", count: 2000) + "?><a/>") == .encoding)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xFF], [0xFE],
        ] as [[UInt8]]) func invalidUTF8(bytes: [UInt8])
    {
        let document = Array("<a>".utf8) + bytes + Array("</a>".utf8)
        #expect(refusal(document) == .encoding)
        #expect(refusal(Array("<a>".utf8) + bytes) == .encoding)
        if case .failure(let error) = fed(document, by: 1) {
            #expect(error.kind == .encoding)
        } else {
            Issue.record("accepted")
        }
    }

    /// The scan accepts the same pairs of bytes as Swift's UTF-8 validation.
    @Test func everyPairOfBytes() {
        var different: [[UInt8]] = []
        for first in UInt8(0x80)...0xFF {
            for second in UInt8(0x20)...0xFF {
                var scan = CharacterScan()
                let isValid = scan.take(first) == .good && scan.take(second) == .good && scan.isComplete
                if isValid != (String(validating: [first, second], as: UTF8.self) != nil) {
                    different.append([first, second])
                }
            }
        }
        #expect(different == [])
    }
}
