/// What one field promises, for everything that is derived from it: schema, help, reference pages.
public struct FieldDescription: Sendable {
    public enum Occurrence: Sendable, Equatable { case required, optional, repeated }

    public enum Kind: Sendable {
        case scalar(ScalarKind)
        case message(MessageDescription)
    }

    public var name: String
    /// Other spellings that are accepted and never written.
    public var aliases: [String] = []
    public var documentation: String
    public var kind: Kind
    public var occurrence: Occurrence
    /// Unit of a number, such as `MiB`.
    public var unit: String?
    /// Allowed values of a number, both ends included.
    public var range: ClosedRange<Int64>?
    /// Longest text, in Unicode scalars.
    public var maxLength: Int?
    /// Largest count of a repeated field.
    public var maxItems: Int?
    /// Smallest count of a repeated field.
    public var minItems = 0
    /// A required text that may be empty.
    public var allowsEmpty = false
    /// How people are shown the field, where the wire has a name of the first client's.
    public var label: String?
    /// Whether it says once more, for the first client, what another field says: people are not shown it.
    public var isRepetition = false
    /// May be left out, but not sent without a value: where nothing is taken for it, another thing is done.
    public var isNeverEmpty = false
    /// A text whose white space at both ends belongs to it.
    public var isVerbatim = false

    func accepts(_ name: String) -> Bool { name == self.name || aliases.contains(name) }

    /// The values that one member of the field's name holds.
    func items(_ value: WireValue) -> [WireValue] {
        occurrence == .repeated ? value.flattened.flatMap(unwrapped) : value.flattened
    }

    /// A list may come wrapped in an element of its own name, once more than the schema says (Axis2's and
    /// PySimpleSOAP's habit).
    func unwrapped(_ value: WireValue) -> [WireValue] {
        switch value {
        case .array(let items): return items
        case .object(let members):
            guard isWrapper(members) else { return [value] }
            return members.filter { !$0.isAside }.flatMap { $0.value.flattened }
        case .null, .string, .number, .bool, .bytes: return [value]
        }
    }

    /// What stands in a list's wrapper and is none of its items.
    func besideItems(_ value: WireValue) -> [WireValue.Member] {
        guard occurrence == .repeated, case .object(let members) = value, isWrapper(members) else { return [] }
        return members.filter(\.isAside)
    }

    private func isWrapper(_ members: [WireValue.Member]) -> Bool {
        let elements = members.filter { !$0.isAside }
        return !elements.isEmpty && elements.allSatisfy { accepts($0.name) }
    }
}

extension ClosedRange<Int64> {
    /// Whether a number lies within it, whole or not; what is no number is for others to refuse.
    public func contains(number text: String) -> Bool {
        if let whole = Int64(text) { return contains(whole) }
        guard let number = Double(text) else { return true }
        return Double(lowerBound) <= number && number <= Double(upperBound)
    }
}

/// A message's fields, without its type.
public struct MessageDescription: Sendable {
    public var name: String
    public var documentation: String
    public var fields: [FieldDescription]
}

/// What is said of a field beside its name, its key path and its documentation.
public enum FieldTrait: Sendable {
    case alias(String)
    case unit(String)
    case range(ClosedRange<Int64>)
    case maxLength(Int)
    case items(ClosedRange<Int>)
    /// May be left out; then the message's default value stands.
    case optional
    case allowsEmpty
    /// The name that people are shown instead of the wire's.
    case label(String)
    /// Says what another field says; people are not shown it.
    case repetition
    /// White space at both ends of the text belongs to it.
    case verbatim
    /// May be left out, but not sent without a value: neither empty nor as nothing (`null`, `xsi:nil`, an empty list).
    case neverEmpty

    func apply(to description: inout FieldDescription) {
        switch self {
        case .alias(let name): description.aliases.append(name)
        case .unit(let unit): description.unit = unit
        case .range(let range): description.range = range
        case .maxLength(let length): description.maxLength = length
        case .items(let count):
            description.minItems = count.lowerBound
            description.maxItems = count.upperBound
        case .optional: description.occurrence = .optional
        case .allowsEmpty: description.allowsEmpty = true
        case .label(let name): description.label = name
        case .repetition: description.isRepetition = true
        case .neverEmpty: description.isNeverEmpty = true
        case .verbatim: description.isVerbatim = true
        }
    }
}
