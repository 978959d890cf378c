import FoundationEssentials
import Testing
import VMSAPI

struct ScalarTests {
    @Test(
        "Whole numbers of 32 bits",
        arguments: [
            ("0", 0), (" 12\n", 12), ("-2147483648", .min), ("2147483647", .max), ("+5", 5), ("007", 7),
        ] as [(String, Int32)])
    func int32(text: String, value: Int32) { #expect(Int32(wire: text) == value) }

    @Test(
        "Texts that are not whole numbers",
        arguments: ["", " ", "2147483648", "-2147483649", "1.0", "1e3", "0x10", "1 2", "١", "--1", "1_000"])
    func noInt32(text: String) { #expect(Int32(wire: text) == nil) }

    @Test("Whole numbers of more than 64 bits have no value")
    func int64() {
        #expect(Int64(wire: "9223372036854775807") == .max)
        #expect(Int64(wire: "-9223372036854775808") == .min)
        #expect(Int64(wire: "9223372036854775808") == nil)
    }

    @Test("Numbers with and without a fraction; XML Schema's other values of double are refused")
    func double() {
        #expect(["0.5", " 20 ", "1e3", "-2.25"].map { Double(wire: $0) } == [0.5, 20, 1000, -2.25])
        #expect(["", "INF", "NaN", "nan", "inf", "0x1p3", "1,5", "1e999"].allSatisfy { Double(wire: $0) == nil })
        #expect([0.5, 20, 0.001].map(\.wireValue) == [.number("0.5"), .number("20"), .number("0.001")])
    }

    @Test("True and false in XML Schema's four spellings, and capitalised")
    func bool() {
        #expect(["true", "1", " True ", "TRUE"].allSatisfy { Bool(wire: $0) == true })
        #expect(["false", "0", "False"].allSatisfy { Bool(wire: $0) == false })
        #expect(["", "yes", "2", "t", "truee"].allSatisfy { Bool(wire: $0) == nil })
    }

    @Test(
        "Dates of all offsets and with fractions",
        arguments: [
            ("2026-01-31T12:00:00Z", 1_769_860_800), (" 2026-01-31T12:00:00Z ", 1_769_860_800),
            ("2026-01-31T14:00:00+02:00", 1_769_860_800), ("2026-01-31T12:00:00.500Z", 1_769_860_800.5),
        ])
    func date(text: String, seconds: Double) { #expect(Date(wire: text)?.timeIntervalSince1970 == seconds) }

    @Test("Texts that are not dates", arguments: ["", "now", "2026-13-01T00:00:00Z", "31.01.2026", "1769860800"])
    func noDate(text: String) { #expect(Date(wire: text) == nil) }

    @Test("A date is written in the form in which it is read")
    func dateRoundTrip() throws {
        let date = Date(timeIntervalSince1970: 1_769_860_800.25)
        #expect(date.wireValue == .string("2026-01-31T12:00:00.250Z"))
        #expect(Date(wire: try #require(date.wireValue.text)) == date)
    }

    @Test("Base64, with white space where XML allows it")
    func base64() {
        #expect(Data(wire: "AAEC") == Data([0, 1, 2]))
        #expect(Data(wire: " AA\n EC ") == Data([0, 1, 2]))
        #expect(Data(wire: "") == Data())
        for text in ["A", "A===", "ÄÄ==", "!!!!"] { #expect(Data(wire: text) == nil, "\(text)") }
        #expect(Data([0, 1, 2]).wireValue == .string("AAEC"))
    }

    @Test("Texts keep every character; words are read without white space around them")
    func texts() {
        #expect(String(wire: " a\n") == " a\n")
        #expect(WaitFor(wire: " started ") == .started)
        #expect(WaitFor(wire: "Started") == nil)
        #expect(WaitFor.kind.expected == "must be one of address, stack, started")
        #expect(MachineState.kind.enumeration?.name == "MachineState")
    }
}
