internal import Yams

/// The errors of a topology file, each with its line and column.
struct TopologyProblems {
    private let file: String
    private var found: [(line: Int, column: Int, words: String)] = []
    /// The maximum number of errors that are shown; more would hide the first.
    private static let mostShown = 20

    init(file: String) { self.file = file }

    var isEmpty: Bool { found.isEmpty }

    /// Whether there are more errors than the maximum.
    var isLong: Bool { found.count > Self.mostShown }

    /// - Parameter position: line and column from 1, in Unicode scalars.
    mutating func add(_ words: String, at position: (line: Int, column: Int)) {
        found.append((position.line, position.column, words))
    }

    mutating func add(_ words: String, at node: Yams.Node) {
        let mark = node.mark
        add(words, at: (mark?.line ?? 1, mark?.column ?? 1))
    }

    /// The parser's words about a file that is not YAML.
    mutating func add(_ error: YamlError, in text: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let more = context.map { " (\($0.text), line \($0.mark.line), column \($0.mark.column))" } ?? ""
            add("is not YAML: \(problem)\(more)", at: (mark.line, mark.column))
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "'\($0.visible)'" }.joined(separator: ", ")
            add(
                "\(names) is here and again below; each name may occur once",
                at: (context.mark.line, context.mark.column))
        case .reader(let problem, let offset, _, _):
            let bytes = Array(text.prefix(offset ?? 0).utf8)
            add("is not YAML: \(problem); leave that character out", at: Self.position(behind: bytes))
        default:
            add("is not YAML", at: (1, 1))
        }
    }

    var error: UsageError {
        let sorted = found.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        // The defaults are read once for each router.
        var all: [String] = []
        for problem in sorted {
            let line = "\(file.visible):\(problem.line):\(problem.column): \(problem.words)"
            if all.last != line { all.append(line) }
        }
        var lines = all.prefix(Self.mostShown)
        if all.count > lines.count { lines.append("and \(all.count - lines.count) more like these") }
        return UsageError(lines.joined(separator: "\n     "))
    }

    /// Line and column of the first byte that is not UTF-8.
    static func position(ofInvalid bytes: [UInt8]) -> (line: Int, column: Int) {
        var (parser, iterator, count) = (Unicode.UTF8.ForwardParser(), bytes.makeIterator(), 0)
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) { count += scalar.count }
        return position(behind: Array(bytes[..<count]))
    }

    private static func position(behind bytes: [UInt8]) -> (line: Int, column: Int) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = String(decoding: lines.last ?? [], as: UTF8.self)
        return (lines.count, last.unicodeScalars.count + 1)
    }
}
