internal import VMSAPI

/// A response as text for a person, derived from its description: pairs for single fields, tables for repeated ones.
struct ResponseText {
    var layout = Layout()

    func text(_ value: WireValue, _ description: MessageDescription) -> String {
        let parts = parts(value, description).filter { !$0.isResult }
        let filled = parts.filter { !$0.isEmpty }
        // A response with `warning` belongs to a service that changes something; its lists matter only if they are not
        // empty.
        let warns = description.fields.contains { $0.name == "warning" }
        if filled.isEmpty { return parts.isEmpty || warns ? "SUCCESS\n" : "(none)\n" }
        if filled.count == 1, let only = filled.first, only.standsAlone { return body(of: only, layout) }
        return render(filled)
    }

    private enum Part {
        case pair(String, String)
        case words(String, [String])
        case structure(String, String)
        case table(String, Table)

        var isResult: Bool { if case .pair("result", _) = self { true } else { false } }
        var isEmpty: Bool {
            switch self {
            case .pair, .structure: false
            case .words(_, let words): words.isEmpty
            case .table(_, let table): table.rows.isEmpty
            }
        }
        var standsAlone: Bool { if case .pair = self { false } else { true } }
    }

    private func parts(_ value: WireValue, _ description: MessageDescription) -> [Part] {
        description.fields.compactMap { field -> Part? in
            guard !field.isRepetition else { return nil }
            let name = field.label ?? field.name
            let values = values(of: field, in: value)
            switch (field.kind, field.occurrence) {
            case (.scalar, .repeated):
                return .words(name, values.compactMap(\.text).map { Quantity($0, unit: field.unit).text })
            case (.scalar, _):
                guard let text = values.first?.text else { return nil }
                return .pair(name, Quantity(text, unit: field.unit).text)
            case (.message(let inner), .repeated): return .table(name, table(values, inner))
            case (.message(let inner), _):
                guard let first = values.first else { return nil }
                return .structure(name, render(parts(first, inner)))
            }
        }
    }

    private func values(of field: FieldDescription, in value: WireValue) -> [WireValue] {
        (value.members ?? []).filter { $0.name == field.name }.flatMap { member -> [WireValue] in
            if case .array(let items) = member.value { items } else { [member.value] }
        }.filter { $0 != .null }
    }

    /// Columns that are empty in every row are left out.
    private func table(_ values: [WireValue], _ description: MessageDescription) -> Table {
        let columns = description.fields.filter { !$0.isRepetition }.map { field in
            let unit = Quantity.unit(
                of: values.flatMap { self.values(of: field, in: $0) }.compactMap(\.text), field.unit)
            return (
                name: (field.label ?? field.name) + (unit.map { " (\($0))" } ?? ""),
                cells: values.map { row in
                    cell(self.values(of: field, in: row)) { Quantity($0, unit: field.unit).number(in: unit) }
                }
            )
        }.filter { $0.cells.contains { !$0.isEmpty } }
        return Table(
            header: columns.map(\.name), rows: values.indices.map { row in columns.map { $0.cells[row] } })
    }

    /// The text of a cell: texts as they are, structures as the texts of their fields.
    private func cell(_ values: [WireValue], _ number: (String) -> String) -> String {
        values.map { $0.text.map(number) ?? ($0.members ?? []).compactMap(\.value.text).joined(separator: " ") }
            .joined(separator: ", ")
    }

    private func body(of part: Part, _ layout: Layout) -> String {
        switch part {
        case .pair(_, let text): text.visible + "\n"
        case .words(_, let words): words.map { $0.visible + "\n" }.joined()
        case .structure(_, let text): text
        case .table(_, let table): table.text(layout)
        }
    }

    /// Renders pairs first, one in a line; then every table and structure below its name.
    private func render(_ parts: [Part]) -> String {
        var pairs: [(name: String, text: String)] = []
        var sections = ""
        for part in parts where !part.isEmpty {
            switch part {
            case .pair(let name, let text): pairs.append((name, text))
            case .words(let name, let words): pairs.append((name, words.joined(separator: ", ")))
            case .structure(let name, _), .table(let name, _):
                sections += section(name, body(of: part, layout.indented(by: 2)))
            }
        }
        let width = pairs.map(\.name.count).max() ?? 0
        let lines = pairs.map { pair in
            pair.name + String(repeating: " ", count: width - pair.name.count + 2) + pair.text.visible + "\n"
        }
        return lines.joined() + sections
    }

    private func section(_ name: String, _ body: String) -> String {
        let indented = body.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  " + $0 }
        return "\(name):\n" + indented.joined(separator: "\n")
    }
}
