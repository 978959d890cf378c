import Foundation
import Testing
import VMSAPI

/// The table of codes, and the page that shows it.
struct FaultCodeTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../docs/faults.md")
    private static let head = "| status | exit | code | side | what to do |\n|---|---|---|---|---|\n"

    @Test("docs/faults.md has the current table")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let before = try #require(text.range(of: Self.head)).upperBound
        let codes = FaultCode.allCases.enumerated().sorted {
            ($0.element.entry.status, $0.offset) < ($1.element.entry.status, $1.offset)
        }
        let rows = codes.map { _, code in
            let entry = code.entry
            let (status, exit, side) = (entry.status, entry.exitStatus, entry.side.rawValue)
            return "| \(status) | \(exit) | `\(code.rawValue)` | \(side) | \(entry.help) |\n"
        }
        let right = text[..<before] + rows.joined()
        if ProcessInfo.processInfo.environment["VMS_WRITE_GOLDEN"] != nil {
            try right.write(to: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(text == right)
        }
    }

    @Test("Each code has a remedy in a sentence", arguments: FaultCode.allCases)
    func help(code: FaultCode) {
        #expect(code.entry.help.first?.isUppercase == true && code.entry.help.last == ".")
        #expect([400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504, 507].contains(code.entry.status))
    }
}
