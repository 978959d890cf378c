internal import Yams

/// A file that describes a network, as YAML or JSON.
enum TopologyFile {
    /// Maximum size of a file, in bytes.
    static let largest = 1 << 20

    /// Whether a word on the command line names a file, rather than a network.
    static func isNamed(_ word: String) -> Bool {
        word == "-" || word.contains("/") || [".yaml", ".yml", ".json"].contains { word.hasSuffix($0) }
    }

    /// - Parameter path: the file; `-` is standard input.
    /// - Throws: ``UsageError`` with all errors of the file, each with line and column.
    static func topology(_ path: String) throws -> Topology {
        let bytes = try TextFile.bytes(path, atMost: largest)
        return try topology(of: bytes, path: path)
    }

    static func topology(of bytes: [UInt8], path: String) throws -> Topology {
        var problems = TopologyProblems(file: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            problems.add("is not text in UTF-8", at: TopologyProblems.position(ofInvalid: bytes))
            throw problems.error
        }
        let root: Yams.Node?
        do {
            if let words = try TopologyAliases.problem(in: text) {
                problems.add(words, at: (1, 1))
                throw problems.error
            }
            root = try Yams.compose(yaml: text, .default, .default, .utf8)
        } catch let error as YamlError {
            problems.add(error, in: text)
            throw problems.error
        }
        guard let root else {
            problems.add("the file is empty; must have routers and links", at: (1, 1))
            throw problems.error
        }
        var reader = TopologyReader(source: text, problems: problems)
        let topology = reader.topology(root, named: name(of: path))
        guard reader.problems.isEmpty else { throw reader.problems.error }
        return topology
    }

    /// The file's name without its extension.
    private static func name(of path: String) -> String? {
        guard path != "-", let last = path.split(separator: "/").last else { return nil }
        let ending = [".yaml", ".yml", ".json"].first { last.hasSuffix($0) } ?? ""
        return String(last.dropLast(ending.count))
    }
}
