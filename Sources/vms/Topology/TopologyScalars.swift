internal import VMSAPI
internal import Yams

/// The single values of a topology file, by their required types.
struct TopologyScalars {
    static let nameRule = "1 to 63 letters, digits, dots, hyphens or underscores, beginning with a letter or digit"

    private let lines: [Substring.UnicodeScalarView]

    init(source: String) {
        lines = source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(\.unicodeScalars)
    }

    /// Reads a name, which has no escapes.
    func name(_ node: Yams.Node, _ subject: String) -> Result<String, UsageError> {
        guard case .scalar(let scalar) = node, Self.isName(scalar.string), !isEscaped(scalar) else {
            return .failure(UsageError("\(subject) is \(Self.words(for: node)); must be \(Self.nameRule)"))
        }
        return .success(scalar.string)
    }

    func text(_ node: Yams.Node, _ subject: String) -> Result<String, UsageError> {
        guard case .scalar(let scalar) = node, !Self.isNull(node) else {
            return .failure(UsageError("\(subject) is \(Self.words(for: node)); must be text"))
        }
        return .success(scalar.string)
    }

    /// - Parameter field: the field for the value, which has the same range.
    func integer(_ node: Yams.Node, _ subject: String, _ field: FieldDescription?) -> Result<Int64, UsageError> {
        scalar(node, subject, "a whole number", field)
    }

    /// - Parameter field: the field for the value, which has the same range.
    func number(_ node: Yams.Node, _ subject: String, _ field: FieldDescription?) -> Result<Double, UsageError> {
        scalar(node, subject, "a number", field)
    }

    private func scalar<Value: WireScalar>(
        _ node: Yams.Node, _ subject: String, _ kind: String, _ field: FieldDescription?
    ) -> Result<Value, UsageError> {
        let unit = field?.unit.map { " in \($0)" } ?? ""
        let range = field?.range.map { " from \($0.lowerBound) to \($0.upperBound)" } ?? ""
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any,
            let value = Value(wire: scalar.string), field?.range?.contains(number: scalar.string) != false
        else {
            return .failure(UsageError("\(subject) is \(Self.words(for: node)); must be \(kind)\(unit)\(range)"))
        }
        return .success(value)
    }

    /// The node's value, for a person.
    static func words(for node: Yams.Node) -> String {
        switch node {
        case .scalar(let scalar):
            if isNull(node) { return "empty" }
            let quote = scalar.style == .doubleQuoted ? "\"" : "'"
            return quote + String(scalar.string.prefix(60)).visible + quote
        case .sequence: return "a list"
        case .mapping: return "a structure"
        case .alias: return "an alias"
        }
    }

    static func isNull(_ node: Yams.Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        let isPlain = { (byte: UInt8) in
            Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
        }
        return (1...63).contains(bytes.count)
            && bytes.allSatisfy { $0 < 0x80 && (isPlain($0) || "._-".utf8.contains($0)) }
            && bytes.first.map(isPlain) == true
    }

    private func isEscaped(_ scalar: Yams.Node.Scalar) -> Bool {
        guard scalar.style == .doubleQuoted, let mark = scalar.mark, lines.indices.contains(mark.line - 1) else {
            return false
        }
        let rest = lines[mark.line - 1].dropFirst(max(0, mark.column - 1))
        return !String(String.UnicodeScalarView(rest)).hasPrefix("\"\(scalar.string)\"")
    }
}
