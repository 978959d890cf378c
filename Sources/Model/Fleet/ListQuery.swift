internal import FoundationEssentials

/// A row of a list that is returned in pages.
package protocol Listed {
    /// The row's values of a key of its list: none, one or several.
    func values(of key: String) -> [ListValue]
    /// The row's position in the list's natural order; no two rows have the same.
    var place: [String] { get }
    /// Compares two places in the list's natural order.
    static func precedes(_ one: [String], _ other: [String]) -> Bool
}

extension Listed {
    package static func precedes(_ one: [String], _ other: [String]) -> Bool { one.lexicographicallyPrecedes(other) }
}

/// A value by which rows are sorted and filtered.
package enum ListValue: Sendable, Comparable {
    case none
    case number(Int64)
    case text(String)
}

/// The end of a page: the last row's value of the sort key, and its place.
package struct ListPosition: Sendable, Equatable {
    package var value: ListValue
    package var place: [String]

    package init(_ value: ListValue = .none, _ place: [String]) { (self.value, self.place) = (value, place) }
}

/// Selects rows of a list, their order, the first row and their number.
///
/// The order is total: rows with the same value of the key are in the list's natural order. So no page repeats
/// or omits a row that stays, whatever is added and removed between the pages.
package struct ListQuery: Sendable {
    /// A condition on one key.
    package struct Term: Sendable, Equatable {
        package var key: String
        /// A trailing `*` matches every value with the prefix before it.
        package var value: String

        package init(key: String, value: String) { (self.key, self.value) = (key, value) }

        /// The prefix to match; `nil` if the whole value must match.
        package var prefix: String? { value.hasSuffix("*") ? String(value.dropLast()) : nil }

        /// Whether one of the values matches; a row without a value counts as having the empty value.
        package func holds(_ values: [ListValue]) -> Bool {
            values.isEmpty ? holds(.none) : values.contains(where: holds)
        }

        private func holds(_ value: ListValue) -> Bool {
            let text =
                switch value {
                case .none: ""
                case .number(let number): String(number)
                case .text(let text): text
                }
            return prefix.map { text.hasPrefix($0) } ?? (text == self.value)
        }
    }

    /// Maximum number of rows in an answer without a limit in the request.
    package static let usualBound = 10_000

    /// Conditions; a row must meet all of them.
    package var terms: [Term] = []
    /// The sort key; `nil` for the list's natural order.
    package var key: String?
    package var isDescending = false
    package var limit: Int?
    /// Returns only rows after this position.
    package var after: ListPosition?
    package var bound = ListQuery.usualBound

    package init() {}

    /// Maximum number of rows in the answer.
    package var most: Int { limit ?? bound }

    /// Whether a row is selected, on this page or a later one.
    package func takes<Row: Listed>(_ row: Row) -> Bool {
        terms.allSatisfy { $0.holds(row.values(of: $0.key)) }
            && (after.map { precedes($0, position(of: row), Row.self) } ?? true)
    }

    package func position<Row: Listed>(of row: Row) -> ListPosition {
        ListPosition(key.flatMap { row.values(of: $0).first } ?? .none, row.place)
    }

    private func precedes<Row: Listed>(_ one: ListPosition, _ other: ListPosition, _: Row.Type) -> Bool {
        let (low, high) = isDescending ? (other, one) : (one, other)
        return low.value == high.value ? Row.precedes(low.place, high.place) : low.value < high.value
    }

    /// The page of rows that are in any order.
    package func page<Row: Listed>(of rows: some Sequence<Row>) -> ListPage<Row> {
        let found = rows.filter { takes($0) }.map { (position: position(of: $0), row: $0) }
            .sorted { precedes($0.position, $1.position, Row.self) }
        return page(ofOrdered: found.map(\.row))
    }

    /// The page of rows that are already selected and sorted; rows beyond the page only show that another page
    /// follows.
    package func page<Row: Listed>(ofOrdered rows: [Row]) -> ListPage<Row> {
        let page = Array(rows.prefix(most))
        let last = page.count < rows.count ? page.last.map { position(of: $0) } : nil
        return ListPage(rows: page, next: last.map { text($0) }, isTruncated: last != nil && limit == nil)
    }
}

/// Rows of a list, and the position of the next page.
package struct ListPage<Row> {
    package var rows: [Row]
    /// The value of `after` for the next page; `nil` on the last one.
    package var next: String?
    /// Whether rows were omitted although the request had no limit.
    package var isTruncated: Bool

    package init(rows: [Row], next: String?, isTruncated: Bool) {
        (self.rows, self.next, self.isTruncated) = (rows, next, isTruncated)
    }
}

extension ListPage: Sendable where Row: Sendable {}

// MARK: - Positions in their external form

extension ListQuery {
    /// Identifies the order, since a position of another order is not valid here.
    private var order: String { (isDescending ? "-" : "") + (key ?? "") }

    /// Encodes a position in letters, digits, `-` and `_`.
    package func text(_ position: ListPosition) -> String {
        let value =
            switch position.value {
            case .none: ""
            case .number(let number): "n\(number)"
            case .text(let text): "t" + text
            }
        let parts = try? JSONEncoder().encode([order, value] + position.place)
        return (parts ?? Data()).base64EncodedString().filter { $0 != "=" }
            .map { $0 == "+" ? "-" : $0 == "/" ? "_" : String($0) }.joined()
    }

    /// - Throws: `invalidValue` if `text` is not the position of a row in this order.
    package func position(_ text: String) throws(Refusal) -> ListPosition {
        let base64 = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : String($0) }.joined()
        let padded = base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), let parts = try? JSONDecoder().decode([String].self, from: data),
            parts.count > 2, parts[0] == order, let value = Self.value(parts[1])
        else {
            throw Refusal(
                .invalidValue, .field("after"),
                "after is '\(text.shown)': must be what an answer of this service, with the same sort, gave as next",
                value: text.shown)
        }
        return ListPosition(value, Array(parts[2...]))
    }

    private static func value(_ text: String) -> ListValue? {
        switch text.first {
        case nil: ListValue.none
        case "n": if let number = Int64(text.dropFirst()) { .number(number) } else { nil }
        case "t": .text(String(text.dropFirst()))
        default: nil
        }
    }
}
