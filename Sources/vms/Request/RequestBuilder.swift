internal import VMSAPI

/// Builds a request from assignments, by the description of its message.
///
/// It checks names and structure only; the server checks values.
struct RequestBuilder {
    private let description: MessageDescription
    /// The path of the message in the request, as a prefix for errors.
    private let place: String
    private var given: [String: [WireValue]] = [:]
    private var nested: [String: [Int: RequestBuilder]] = [:]
    private let read: @Sendable (String) throws -> String

    /// The maximum number of elements of a repeated structure that are given by number.
    private static let mostElements = 10_000

    init(_ description: MessageDescription, place: String = "", read: @escaping @Sendable (String) throws -> String) {
        self.description = description
        self.place = place
        self.read = read
    }

    /// - Throws: ``UsageError`` with the field and the valid forms.
    mutating func set(_ assignment: Assignment) throws { try set(assignment.path[...], assignment.value) }

    private mutating func set(_ path: ArraySlice<String>, _ value: Assignment.Value) throws {
        guard let name = path.first else { return }
        let field = try description.field(name, at: place)
        var rest = path.dropFirst()
        switch field.kind {
        case .scalar(let kind):
            guard rest.isEmpty else { throw UsageError("\(place)\(field.name) has no fields of its own") }
            guard field.occurrence == .repeated || given[field.name] == nil else {
                throw UsageError("\(place)\(field.name) was given twice; it takes one value")
            }
            given[field.name, default: []].append(try self.value(value, of: field, kind))
        case .message(let inner):
            let index = try Self.index(&rest, of: field, at: place)
            if rest.isEmpty {
                if index == nil, let pair = inner.pair(of: value) {
                    given[field.name, default: []].append(pair)
                    return
                }
                guard case .json = value, index == nil else {
                    throw UsageError("\(place)\(field.name) is a structure; give its fields as \(Self.example(field))")
                }
                given[field.name, default: []].append(try json(value, of: field, at: place + field.name))
                return
            }
            let number = index ?? 0
            let below = index.map { "\(place)\(field.name).\($0)." } ?? "\(place)\(field.name)."
            try nested[field.name, default: [:]][
                number, default: RequestBuilder(inner, place: below, read: read)
            ].set(rest, value)
        }
    }

    /// The number after a structure's name, if there is one.
    private static func index(
        _ path: inout ArraySlice<String>, of field: FieldDescription, at place: String
    ) throws -> Int? {
        guard let word = path.first, word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard field.occurrence == .repeated, let index = Int(word), index < mostElements else {
            throw UsageError(
                "\(place)\(field.name).\(word.visible): "
                    + (field.occurrence == .repeated ? "the number is too large" : "there is only one \(field.name)"))
        }
        path.removeFirst()
        return index
    }

    private static func example(_ field: FieldDescription) -> String {
        guard case .message(let inner) = field.kind, let first = inner.fields.first else { return "\(field.name):={…}" }
        let pair = inner.pairWords.map { "\($0), as " } ?? ""
        return "\(pair)\(field.name).\(first.name)=… or as \(field.name):={…}"
    }

    private func value(
        _ value: Assignment.Value, of field: FieldDescription, _ kind: ScalarKind
    ) throws -> WireValue {
        switch value {
        case .text(let text): kind.wireValue(of: text)
        case .file(let path): kind.wireValue(of: try read(path))
        case .json: try json(value, of: field, at: place + field.name)
        }
    }

    private func json(_ value: Assignment.Value, of field: FieldDescription, at place: String) throws -> WireValue {
        guard case .json(let text) = value else { return .null }
        let result: WireValue
        do { result = try JSONReader.value(of: Array(text.utf8)) } catch {
            throw UsageError("\(place): \(error.description)")
        }
        if case .message(let inner) = field.kind { try inner.check(result, at: place + ".") }
        return result
    }

    /// Returns the request, its fields in the schema's order.
    ///
    /// - Throws: ``UsageError`` if a numbered structure is left out.
    func request() throws -> WireValue {
        var members: [WireValue.Member] = []
        for field in description.fields {
            var values = (given[field.name] ?? []).flatMap { value -> [WireValue] in
                if field.occurrence == .repeated, case .array(let items) = value { items } else { [value] }
            }
            for (position, element) in (nested[field.name] ?? [:]).sorted(by: { $0.key < $1.key }).enumerated() {
                guard element.key == position else {
                    throw UsageError("\(place)\(field.name).\(element.key) was given, but not …\(position)")
                }
                values.append(try element.value.request())
            }
            guard let first = values.first else { continue }
            let isList = field.occurrence == .repeated || values.count > 1
            members.append(.init(field.name, isList ? .array(values) : first))
        }
        return .object(members)
    }
}

extension MessageDescription {
    /// The two values of a structure that has no others.
    private var two: [(name: String, kind: ScalarKind)]? {
        let scalars = fields.compactMap { field -> (String, ScalarKind)? in
            guard case .scalar(let kind) = field.kind, field.occurrence != .repeated else { return nil }
            return (field.name, kind)
        }
        return fields.count == 2 && scalars.count == 2 ? scalars : nil
    }

    /// The short form of such a structure, for help; `nil` for others.
    var pairWords: String? { two.map { $0.map { $0.name.uppercased() }.joined(separator: "=") } }

    /// The structure from its short form, `VALUE=VALUE`.
    func pair(of value: Assignment.Value) -> WireValue? {
        guard let two, case .text(let text) = value else { return nil }
        let words = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 2 else { return nil }
        return .object(zip(two, words).map { .init($0.name, $0.kind.wireValue(of: $1)) })
    }
}
