import Testing
import VMSAPI

struct JSONReaderTests {
    private func read(_ text: String) throws(FieldError) -> WireValue { try JSONReader.value(of: Array(text.utf8)) }

    @Test(
        "Values",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .number("0")),
            ("-0", .number("-0")), ("12.50e+3", .number("12.50e+3")), ("1E-2", .number("1E-2")),
            ("123456789012345678901234567890", .number("123456789012345678901234567890")),
            ("\"\"", .string("")), ("[]", .array([])), ("{}", .object([])),
            ("[ 1 ,\n2\t]", .array([.number("1"), .number("2")])),
            ("{\"b\":1,\"a\":[{}]}", .object([.init("b", .number("1")), .init("a", .array([.object([])]))])),
        ] as [(String, WireValue)])
    func values(text: String, value: WireValue) throws { #expect(try read(text) == value) }

    @Test(
        "Texts",
        arguments: [
            (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC""#, "é€"),
            (#""\ud83d\ude80""#, "\u{1F680}"), (#""\uD83D\uDE80x""#, "\u{1F680}x"), (#""\u0000""#, "\0"),
            ("\"ü\u{1F680}\u{2028}\u{7F}\"", "ü\u{1F680}\u{2028}\u{7F}"), (#""\uffff""#, "\u{FFFF}"),
        ])
    func texts(text: String, value: String) throws { #expect(try read(text) == .string(value)) }

    @Test(
        "Invalid JSON is refused",
        arguments: [
            "", " ", "nul", "truex", "True", "NaN", "Infinity", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "1 2",
            "[1,]", "[,1]", "[1 2]", "[", "]", "{", "}", "{a:1}", "{'a':1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
            "{\"a\":1 \"b\":2}", "{1:2}", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\u+123\"",
            "\"\n\"", "\"\t\"", "\"\u{1F}\"", #""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#,
            #""\ude80""#, "// c\n1", "[1]]", "{}{}", "'a'", "\u{A0}1",
        ])
    func refused(text: String) {
        let error = #expect(throws: FieldError.self) { _ = try read(text) }
        #expect(error?.code == .malformed)
        #expect(error?.field == "body")
    }

    @Test("A duplicate member is refused by name, in any spelling")
    func duplicates() {
        for text in ["{\"a\":1,\"a\":1}", #"{"a":1,"\u0061":2}"#, #"{"x":{"a":1,"b":2,"a":3}}"#] {
            let error = #expect(throws: FieldError.self) { _ = try read(text) }
            #expect(error?.code == .duplicateField)
            #expect(error?.field == "a")
        }
    }

    @Test("64 levels are read, 65 are refused, a million are harmless")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try read(nested(64))
        for depth in [65, 1_000_000] {
            let error = #expect(throws: FieldError.self) { _ = try read(nested(depth)) }
            #expect(error?.expected.contains("64 levels") == true)
        }
        #expect(throws: FieldError.self) { _ = try read(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test("The number of values is limited")
    func values() throws {
        func list(_ count: Int) -> String { "[" + Array(repeating: "0", count: count).joined(separator: ",") + "]" }
        _ = try read(list(199_999))
        let error = #expect(throws: FieldError.self) { _ = try read(list(200_001)) }
        #expect(error?.expected.contains("200000 values") == true)
    }

    @Test(
        "Invalid UTF-8 is refused",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0xFF, 0xFE, 0x31, 0x00], [0x22, 0x80, 0x22],
        ] as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        let error = #expect(throws: FieldError.self) { _ = try JSONReader.value(of: bytes) }
        #expect(error?.code == .malformed)
    }

    @Test("One byte order mark at the beginning is ignored")
    func mark() throws {
        #expect(try read("\u{FEFF}{}") == .object([]))
        #expect(try read("\u{FEFF} 1") == .number("1"))
        for text in ["\u{FEFF}", "\u{FEFF}\u{FEFF}1", "1\u{FEFF}", " \u{FEFF}1", "[\u{FEFF}1]"] {
            #expect(throws: FieldError.self, "\(text)") { _ = try read(text) }
        }
    }

    @Test("UTF-16 and UTF-32 are refused by name, with a mark and without one")
    func wide() {
        for (units, name) in [(2, "UTF-16"), (4, "UTF-32")] {
            for (text, bigEndian) in [
                ("\u{FEFF}{}", true), ("\u{FEFF}{}", false), ("{}", true), ("{}", false), ("1", true),
            ] {
                let bytes = text.unicodeScalars.flatMap { scalar -> [UInt8] in
                    let bytes = (0..<units).map { UInt8(truncatingIfNeeded: scalar.value >> (8 * UInt32($0))) }
                    return bigEndian ? bytes.reversed() : bytes
                }
                let error = #expect(throws: FieldError.self) { _ = try JSONReader.value(of: bytes) }
                #expect(error?.code == .malformed)
                #expect(error?.expected.contains("is in \(name)") == true, "\(error?.expected ?? "")")
            }
        }
    }

    @Test(
        "An incomplete JSON text is reported as truncated",
        arguments: ["{\"a\":1", "[1,", "\"abc", "{", "tr", "{\"a\""])
    func truncated(text: String) {
        let error = #expect(throws: FieldError.self) { _ = try read(text) }
        #expect(error?.expected.contains("truncated") == true, "\(error?.expected ?? "")")
    }

    @Test("The reader reads the writer's output unchanged")
    func roundTrip() throws {
        let everything = String(String.UnicodeScalarView((0..<0x3000).compactMap(UnicodeScalar.init)))
        let value = WireValue.object([
            .init("text", .string(everything + "\u{1F680}\u{10FFFF}")), .init("number", .number("-12.5e300")),
            .init("", .array([.null, .bool(true), .bool(false), .array([]), .object([])])),
            .init("a\"b\\c\n", .object([.init("ü", .string(""))])),
        ])
        let bytes = JSONWriter.bytes(of: value)
        #expect(try JSONReader.value(of: bytes) == value)
        #expect(!bytes.contains { $0 < 0x20 })
        #expect(JSONWriter.text(of: .string("\u{1}\n\"")) == #""\u0001\n\"""#)
    }
}
