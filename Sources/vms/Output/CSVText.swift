internal import VMSAPI

/// An answer as comma-separated values (RFC 4180): the first of its lists with a row for each element, or the answer
/// itself as the only row. The columns are those of the contract, so that they stay the same whatever an answer has.
struct CSVText {
    let answer: WireValue
    let description: MessageDescription
    /// Whether control characters are shown by escapes: a terminal would act on them.
    var isForTerminal = false

    var text: String {
        let list = description.fields.first { field in
            if case (.message, .repeated) = (field.kind, field.occurrence) { true } else { false }
        }
        guard let list, case .message(let row) = list.kind else { return lines([answer], description) }
        return lines(Self.values(of: list.name, in: answer), row)
    }

    private func lines(_ rows: [WireValue], _ description: MessageDescription) -> String {
        // Lists within a row have no place in one cell.
        let columns = description.fields.filter { field in
            if case (.message, .repeated) = (field.kind, field.occurrence) { return false }
            return !field.isRepetition && field.name != "result"
        }
        let cells = rows.map { row in
            columns.map { column in
                Self.values(of: column.name, in: row).flatMap(Self.texts).joined(separator: " ")
            }
        }
        return ([columns.map(\.name)] + cells).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func values(of name: String, in value: WireValue) -> [WireValue] {
        (value.members ?? []).filter { $0.name == name }.flatMap(\.value.flattened).filter { $0 != .null }
    }

    private static func texts(_ value: WireValue) -> [String] {
        value.text.map { [$0] } ?? (value.members ?? []).flatMap { $0.value.flattened.flatMap(texts) }
    }

    /// A cell that has a separator, a quote or a control character is quoted.
    private func cell(_ text: String) -> String {
        let text = isForTerminal ? text.visible : text
        let needsQuotes = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0.value < 0x20 }
        guard needsQuotes else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
