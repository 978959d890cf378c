import Foundation
import Testing
import VMSAPI

/// The table of roles, and the page that shows it.
struct AccessTableTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../docs/access.md")
    private static let head = "| service | role | on |\n|---|---|---|\n"

    @Test("docs/access.md has the current table")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let before = try #require(text.range(of: Self.head)).upperBound
        let right = text[..<before] + ServiceList.all.map { Self.row($0) }.joined()
        if ProcessInfo.processInfo.environment["VMS_WRITE_GOLDEN"] != nil {
            try right.write(to: Self.page, atomically: true, encoding: .utf8)
        } else {
            #expect(text == right)
        }
    }

    private static func row<S: Service>(_ service: S.Type) -> String {
        "| `\(S.name)` | \(S.access.role.rawValue) | \(S.access.place) |\n"
    }
}
