/// The description of a field, from which schema, help and reference pages are derived.
public struct FieldDescription: Sendable {
    public enum Occurrence: Sendable, Equatable { case required, optional, repeated }

    public enum Kind: Sendable {
        case scalar(ScalarKind)
        case message(MessageDescription)
    }

    public var name: String
    /// Other spellings that are accepted on read and never written.
    public var aliases: [String] = []
    public var documentation: String
    public var kind: Kind
    public var occurrence: Occurrence
    /// Unit of a number, such as `MiB`.
    public var unit: String?
    /// Allowed values of a number, both bounds included.
    public var range: ClosedRange<Int64>?
    /// Maximum length of a text, in Unicode scalars.
    public var maxLength: Int?
    /// Maximum count of a repeated field.
    public var maxItems: Int?
    /// Minimum count of a repeated field.
    public var minItems = 0
    /// Whether a required text may be empty.
    public var allowsEmpty = false
    /// Name for people, where the wire has a name of the first client's.
    public var label: String?
    /// Whether the field repeats another field for the first client; it is not shown to people.
    public var isRepetition = false
    /// Whether the field may be left out but not sent without a value, because without it the service does something
    /// else.
    public var isNeverEmpty = false
    /// Whether white space at both ends belongs to the text.
    public var isVerbatim = false

    func accepts(_ name: String) -> Bool { name == self.name || aliases.contains(name) }

    /// The values in one member of the field's name.
    func items(_ value: WireValue) -> [WireValue] {
        occurrence == .repeated ? value.flattened.flatMap(unwrapped) : value.flattened
    }

    /// A list may be wrapped in an element of its own name, one level more than in the schema (a habit of Axis2 and
    /// PySimpleSOAP).
    func unwrapped(_ value: WireValue) -> [WireValue] {
        switch value {
        case .array(let items): return items
        case .object(let members):
            guard isWrapper(members) else { return [value] }
            return members.filter { !$0.isMisplaced }.flatMap { $0.value.flattened }
        case .null, .string, .number, .bool, .bytes: return [value]
        }
    }

    /// The members in a list's wrapper that are not items.
    func nonItems(_ value: WireValue) -> [WireValue.Member] {
        guard occurrence == .repeated, case .object(let members) = value, isWrapper(members) else { return [] }
        return members.filter(\.isMisplaced)
    }

    private func isWrapper(_ members: [WireValue.Member]) -> Bool {
        let elements = members.filter { !$0.isMisplaced }
        return !elements.isEmpty && elements.allSatisfy { accepts($0.name) }
    }
}

extension ClosedRange<Int64> {
    /// Whether the range contains a number, whole or not. Text that is not a number also passes: other checks refuse
    /// it.
    public func contains(number text: String) -> Bool {
        if let whole = Int64(text) { return contains(whole) }
        guard let number = Double(text) else { return true }
        return Double(lowerBound) <= number && number <= Double(upperBound)
    }
}

/// The fields of a message, without its Swift type.
public struct MessageDescription: Sendable {
    public var name: String
    public var documentation: String
    public var fields: [FieldDescription]
}

/// The properties of a field beside its name, key path and documentation.
public enum FieldTrait: Sendable {
    case alias(String)
    case unit(String)
    case range(ClosedRange<Int64>)
    case maxLength(Int)
    case items(ClosedRange<Int>)
    /// The field may be left out; the message's default value applies then.
    case optional
    case allowsEmpty
    /// The name for people, instead of the wire's.
    case label(String)
    /// The field repeats another field; it is not shown to people.
    case repetition
    /// White space at both ends belongs to the text.
    case verbatim
    /// The field may be left out, but not sent without a value (empty, `null`, `xsi:nil`, an empty list).
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
