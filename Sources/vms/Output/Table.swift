/// Rows in columns, two spaces apart. Cells are shown on one line and cut after 48 characters; `--json` has them whole.
struct Table {
    var header: [String]
    var rows: [[String]]
    private static let widest = 48

    init(header: [String] = [], rows: [[String]]) {
        self.header = header.map(Self.cell)
        self.rows = rows.map { $0.map(Self.cell) }
    }

    private static func cell(_ text: String) -> String {
        let text = text.visible
        if text.isEmpty { return "-" }
        return text.count > widest ? text.prefix(widest - 1) + "…" : text
    }

    /// - Parameter style: wraps the header's line, for a terminal.
    func text(style: (String) -> String = { $0 }) -> String {
        let all = header.isEmpty ? rows : [header] + rows
        let count = all.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        let lines = all.enumerated().map { index, row in
            let line = row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }.joined(separator: "  ")
            return index == 0 && !header.isEmpty ? style(line) : line
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
