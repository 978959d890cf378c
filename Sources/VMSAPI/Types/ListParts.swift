/// A service that returns a list, whole or in pages.
public protocol ListService: Service where Response: ListAnswer {
    associatedtype Key: ListKey
    var filter: [ListTerm<Key>] { get set }
    var sort: ListOrder<Key>? { get set }
    var limit: Int32? { get set }
    var after: String? { get set }
}

extension ListService {
    static var listFields: [Field<Self>] {
        let orders = Key.orders.map(\.rawValue).joined(separator: ", ")
        let terms = Key.terms.map(\.rawValue).joined(separator: ", ")
        return [
            Field(
                "filter", \.filter,
                "Filters, each as KEY=VALUE; a row must match all of them. A VALUE that ends in * matches every value that begins so. "
                    + "Keys: \(terms).", .maxLength(300), .items(0...16)),
            Field(
                "sort", \.sort,
                "Key of the order, with - before it for descending order: \(orders).", .maxLength(64)),
            Field("limit", \.limit, "Maximum number of rows.", .range(1...10_000)),
            Field(
                "after", \.after, "The value of next in the previous page; the order must be the same.",
                .maxLength(8192)),
        ]
    }
}

/// The response of a service that returns a list.
public protocol ListAnswer: Message {
    var next: String? { get set }
    var truncated: Bool? { get set }
    var hint: String? { get set }
}

extension ListAnswer {
    static var listFields: [Field<Self>] {
        [
            Field("next", \.next, "If there are more rows: the value of after for the next page."),
            Field("truncated", \.truncated, "true if there are more rows though the request had no limit."),
            Field("hint", \.hint, "How to get the next page."),
        ]
    }
}

/// Keys to order and filter the rows of a list.
public protocol ListKey: RawRepresentable<String>, CaseIterable, Sendable, Equatable {
    /// Keys for the order.
    static var orders: [Self] { get }
    /// Keys for filters.
    static var terms: [Self] { get }
    /// The possible values; `nil` if every text may be one.
    var values: [String]? { get }
}

extension ListKey {
    public static var terms: [Self] { Array(allCases) }
    public var values: [String]? { nil }

    /// The error for a text that is not one of the keys.
    static func unknown(_ text: String, among keys: [Self]) -> String {
        let names = keys.map(\.rawValue)
        let folded = text.lowercased()
        let near = names.first { name in
            let name = name.lowercased()
            return folded.count > 1 && (name.hasPrefix(folded.prefix(3)) || name.contains(folded))
        }
        return "there is no key '\(FieldError.shortened(text))'; "
            + (near.map { "did you mean '\($0)'? " } ?? "") + "There are \(names.joined(separator: ", "))"
    }
}

/// A key and a direction: `name`, or `-name` for descending.
public struct ListOrder<Key: ListKey>: WireScalar {
    public var key: Key
    public var isDescending: Bool

    public static var kind: ScalarKind {
        let keys = Key.orders.map(\.rawValue)
        var kind = ScalarKind(
            xsd: "string", json: "string",
            expected: "must be one of \(keys.joined(separator: ", ")), with - before it for descending order")
        kind.example = keys.last.map { "-" + $0 }
        return kind
    }

    public init(_ key: Key, isDescending: Bool = false) { (self.key, self.isDescending) = (key, isDescending) }

    public init?(wire text: String) {
        let text = text.trimmedXMLSpace
        let isDescending = text.hasPrefix("-")
        guard let key = Key(rawValue: String(text.dropFirst(isDescending ? 1 : 0))), Key.orders.contains(key)
        else { return nil }
        self.init(key, isDescending: isDescending)
    }

    public static func remedy(for text: String) -> String? {
        let text = text.trimmedXMLSpace
        return Key.unknown(String(text.dropFirst(text.hasPrefix("-") ? 1 : 0)), among: Key.orders)
    }

    public var wireValue: WireValue { .string((isDescending ? "-" : "") + key.rawValue) }
}

/// A filter on the rows of a list: `key=value`, or `key=beginning*`.
public struct ListTerm<Key: ListKey>: WireScalar {
    public var key: Key
    public var value: String

    public static var kind: ScalarKind {
        let keys = Key.terms.map(\.rawValue)
        var kind = ScalarKind(
            xsd: "string", json: "string",
            expected: "must be KEY=VALUE with one of the keys \(keys.joined(separator: ", "))")
        kind.example = Key.terms.first.map { "\($0.rawValue)=\($0.values?.first ?? "text*")" }
        return kind
    }

    public init(_ key: Key, _ value: String) { (self.key, self.value) = (key, value) }

    public init?(wire text: String) {
        let parts = Self.parts(text)
        guard parts.count == 2, let key = Key(rawValue: parts[0]), Key.terms.contains(key), key.allows(parts[1])
        else { return nil }
        self.init(key, parts[1])
    }

    private static func parts(_ text: String) -> [String] {
        text.trimmedXMLSpace.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { String($0).trimmedXMLSpace }
    }

    public static func remedy(for text: String) -> String? {
        let parts = parts(text)
        guard parts.count == 2 else { return kind.expected }
        guard let key = Key(rawValue: parts[0]), Key.terms.contains(key) else {
            return Key.unknown(parts[0], among: Key.terms)
        }
        return key.values.map { "\(key.rawValue) must be one of \($0.joined(separator: ", "))" }
    }

    public var wireValue: WireValue { .string("\(key.rawValue)=\(value)") }
}

extension ListKey {
    fileprivate func allows(_ value: String) -> Bool {
        guard let values else { return true }
        return value.hasSuffix("*") ? values.contains { $0.hasPrefix(value.dropLast()) } : values.contains(value)
    }
}
