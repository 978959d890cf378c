/// Rows in columns, two spaces apart. Each cell is on one line; if a line would be too long, the widest columns are
/// cut. If that does not suffice, a table with a header becomes a block of lines for each row.
struct Table {
    var header: [String]
    var rows: [[String]]
    /// The minimum width of a column that is cut.
    private static let narrowest = 8
    private static let gap = 2

    init(header: [String] = [], rows: [[String]]) {
        self.header = header.map(Self.cell)
        self.rows = rows.map { $0.map(Self.cell) }
    }

    private static func cell(_ text: String) -> String { text.isEmpty ? "-" : text.visible }

    func text(_ layout: Layout = Layout()) -> String {
        let all = header.isEmpty ? rows : [header] + rows
        var widths = widths(of: all, atMost: layout.columns, narrowest: Self.narrowest)
        if let columns = layout.columns, Self.length(widths) > columns {
            if !header.isEmpty { return blocks(columns) }
            widths = self.widths(of: all, atMost: columns, narrowest: 1)
        }
        let lines = all.enumerated().map { index, row in
            let line = zip(row, widths).enumerated().map { column, cell in
                let text = Self.cut(cell.0, to: cell.1)
                return column == row.count - 1
                    ? text : text + String(repeating: " ", count: max(cell.1 - text.count, 0))
            }.joined(separator: String(repeating: " ", count: Self.gap))
            return index == 0 && !header.isEmpty ? layout.style(line) : line
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The table without as many of its last columns as its lines need to fit.
    func narrowed(_ layout: Layout) -> Table {
        guard let columns = layout.columns else { return self }
        var table = self
        while table.header.count > 1, table.isTooWide(columns) {
            table.header.removeLast()
            table.rows = table.rows.map { Array($0.prefix(table.header.count)) }
        }
        return table
    }

    private func isTooWide(_ columns: Int) -> Bool {
        Self.length(widths(of: [header] + rows, atMost: columns, narrowest: Self.narrowest)) > columns
    }

    private static func length(_ widths: [Int]) -> Int { widths.reduce(0, +) + max(widths.count - 1, 0) * gap }

    /// Each cell after its column's name, with an empty line between rows; a long cell continues on the next line.
    private func blocks(_ columns: Int) -> String {
        let name = min(header.map(\.count).max() ?? 0, max(columns / 2 - Self.gap, 1))
        let room = max(columns - name - Self.gap, Self.narrowest)
        return rows.map { row in
            zip(header, row).filter { $0.1 != "-" }.map { title, cell in
                var rest = cell[...]
                var lines: [String] = []
                repeat {
                    lines.append(String(rest.prefix(room)))
                    rest = rest.dropFirst(room)
                } while !rest.isEmpty
                let short = Self.cut(title, to: name)
                let first = short + String(repeating: " ", count: name - short.count + Self.gap)
                let other = String(repeating: " ", count: name + Self.gap)
                return lines.enumerated().map { ($0.offset == 0 ? first : other) + $0.element + "\n" }.joined()
            }.joined()
        }.joined(separator: "\n")
    }

    /// Cuts the widest column first, until the line fits or no column can be cut.
    private func widths(of rows: [[String]], atMost columns: Int?, narrowest: Int) -> [Int] {
        let count = rows.map(\.count).max() ?? 0
        var widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        guard let columns else { return widths }
        widths = widths.map { min($0, max(columns, narrowest)) }
        let room = columns - max(count - 1, 0) * Self.gap
        while widths.reduce(0, +) > room {
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > narrowest
            else { break }
            let next = widths.filter { $0 < widths[widest] }.max() ?? narrowest
            let excess = widths.reduce(0, +) - room
            widths[widest] = max(widths[widest] - excess, min(next, widths[widest] - 1), narrowest)
        }
        return widths
    }

    private static func cut(_ text: String, to width: Int) -> String {
        text.count > width ? text.prefix(max(width - 1, 0)) + "…" : text
    }
}
