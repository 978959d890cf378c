internal import FoundationEssentials

/// A row of a list that is answered in pages.
package protocol Listed {
    /// What the row has of a key of its list; nothing, one or several values.
    func values(of key: String) -> [ListValue]
    /// Where the row stands in the list's own order; no two rows have the same.
    var place: [String] { get }
    /// The list's own order of places.
    static func precedes(_ one: [String], _ other: [String]) -> Bool
}

extension Listed {
    package static func precedes(_ one: [String], _ other: [String]) -> Bool { one.lexicographicallyPrecedes(other) }
}

/// A value by which rows are ordered and told apart.
package enum ListValue: Sendable, Comparable {
    case none
    case number(Int64)
    case text(String)
}

/// Where a page ends: the last row's value of the key that rows are ordered by, and its place.
package struct ListPosition: Sendable, Equatable {
    package var value: ListValue
    package var place: [String]

    package init(_ value: ListValue = .none, _ place: [String]) { (self.value, self.place) = (value, place) }
}

/// Which rows of a list are asked for, in which order, from where on, and how many.
///
/// The order is total: rows with the same value of the key stand in the list's own order. So a page never repeats or
/// leaves out a row that stays, whatever is added and removed meanwhile.
package struct ListQuery: Sendable {
    /// A condition on one key.
    package struct Term: Sendable, Equatable {
        package var key: String
        /// With `*` at its end it stands for all that begin so.
        package var value: String

        package init(key: String, value: String) { (self.key, self.value) = (key, value) }

        /// What a value begins with; `nil` for a whole value.
        package var prefix: String? { value.hasSuffix("*") ? String(value.dropLast()) : nil }

        /// Whether one of the values is meant; no value is the empty one.
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

    /// Rows that an answer has at most where no limit is asked for.
    package static let usualBound = 10_000

    /// All of them hold.
    package var terms: [Term] = []
    /// What rows are ordered by; `nil` for the list's own order.
    package var key: String?
    package var isDescending = false
    package var limit: Int?
    /// Only rows behind it.
    package var after: ListPosition?
    package var bound = ListQuery.usualBound

    package init() {}

    /// Rows that the answer has at most.
    package var most: Int { limit ?? bound }

    /// Whether a row is one of those that are asked for, on this page or a later one.
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

    /// The page of rows that stand in any order.
    package func page<Row: Listed>(of rows: some Sequence<Row>) -> ListPage<Row> {
        let found = rows.filter { takes($0) }.map { (position: position(of: $0), row: $0) }
            .sorted { precedes($0.position, $1.position, Row.self) }
        return page(ofOrdered: found.map(\.row))
    }

    /// The page of rows that were taken, in their order; what is more than a page only tells that more follows.
    package func page<Row: Listed>(ofOrdered rows: [Row]) -> ListPage<Row> {
        let page = Array(rows.prefix(most))
        let last = page.count < rows.count ? page.last.map { position(of: $0) } : nil
        return ListPage(rows: page, next: last.map { text($0) }, isTruncated: last != nil && limit == nil)
    }
}

/// Rows of a list, and how it goes on.
package struct ListPage<Row> {
    package var rows: [Row]
    /// What the next page is asked for with as `after`; `nil` on the last one.
    package var next: String?
    /// Whether rows were left out though no limit was asked for.
    package var isTruncated: Bool

    package init(rows: [Row], next: String?, isTruncated: Bool) {
        (self.rows, self.next, self.isTruncated) = (rows, next, isTruncated)
    }
}

extension ListPage: Sendable where Row: Sendable {}

// MARK: - Positions as callers hold them

extension ListQuery {
    /// Names the order, since a position of another one means nothing here.
    private var order: String { (isDescending ? "-" : "") + (key ?? "") }

    /// A position as a word in letters, digits, `-` and `_`.
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

    /// - Throws: `invalidValue` for a text that is not the position of a row in this order.
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
