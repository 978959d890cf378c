internal import VMSAPI

/// The words after a short command, read by its service's fields.
struct VerbArguments {
    private let verb: Verb
    private(set) var settings: Settings
    private(set) var assignments: [Assignment] = []
    /// The first word, where it names a topology file.
    private(set) var topologyFile: String?

    /// - Throws: ``UsageError`` for an unknown option, a missing value or a surplus word.
    init(_ words: [String], of verb: Verb, settings: Settings) throws {
        self.verb = verb
        self.settings = settings
        var rest = words[...]
        var given: [String] = []
        var isOver = false
        while let word = rest.popFirst() {
            if isOver || !word.hasPrefix("-") || word == "-" {
                given.append(word)
            } else if word == "--" {
                isOver = true
            } else if try !self.settings.take(word, &rest) {
                try option(word, &rest)
            }
        }
        try assign(given)
    }

    private mutating func option(_ word: String, _ rest: inout ArraySlice<String>) throws {
        let flags = verb.fields.filter(\.isFlag)
        if let flag = try FlagWord(word, among: flags.flatMap { $0.spellings.map(\.kebab) }, &rest) {
            guard let field = flags.first(where: { $0.spellings.contains { $0.kebab == flag.name } }) else { return }
            set(field.name, .text(flag.isOn ? "true" : "false"))
            return
        }
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let field = try field(of: parts[0])
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
            throw UsageError("\(parts[0]) needs a value: \(field.words())")
        }
        set(field.name, Assignment.value(of: value))
    }

    private func field(of option: String) throws -> FieldDescription {
        for field in verb.fields where field.spellings.contains(where: { "--" + $0.kebab == option }) { return field }
        let command = verb.path.joined(separator: " ")
        let known = verb.fields.map { "--" + $0.name.kebab } + ["--json", "--csv", "--progress", "--server", "--help"]
        let hint = Nearest.suggestion(for: option, among: known, otherwise: "'vms \(command) --help' lists them")
        throw UsageError("\(command) has no option \(option.visible); \(hint)")
    }

    private mutating func assign(_ words: [String]) throws {
        var words = words[...]
        if verb.readsTopology, let first = words.first, TopologyFile.isNamed(first) {
            topologyFile = words.removeFirst()
            let beside = ["async", "plan", "abandon"].map { [$0] }
            if let other = assignments.first(where: { !beside.contains($0.path) })?.path.first {
                throw UsageError(
                    "--\(other.kebab) was given with \(first.visible): the file describes the whole; set it there")
            }
        }
        let taken = Set(assignments.map { $0.path.last ?? "" })
        for name in verb.positions where topologyFile == nil && !taken.contains(name) {
            guard let field = verb.fields.first(where: { $0.name == name }), let word = words.popFirst() else { break }
            set(name, .text(word))
            while field.occurrence == .repeated, let word = words.popFirst() { set(name, .text(word)) }
        }
        guard let extra = words.first else { return }
        let command = verb.path.joined(separator: " ")
        throw UsageError("'\(extra.visible)' is one word too many; see 'vms \(command) --help'")
    }

    /// - Throws: ``UsageError`` that names the first required option that is missing.
    func checkNothingIsMissing() throws {
        guard topologyFile == nil else { return }
        // A name alone means a network that exists; a new network needs a description.
        let isMade = verb.service is CreateVirtualNetwork.Type
        let descriptive = isMade ? Self.describing : Self.describing.union(["networkName"])
        if verb.readsTopology, !assignments.contains(where: { descriptive.contains($0.path.first ?? "") }) {
            throw UsageError(
                "\(verb.path.joined(separator: " ")) needs FILE, which describes the network, or <network-name> and "
                    + "options that describe it; see 'vms \(verb.path.joined(separator: " ")) --help'")
        }
        let given = Set(assignments.compactMap(\.path.last))
        for field in verb.fields where field.isNeeded && !given.contains(field.name) {
            throw verb.needs(field, field.words())
        }
    }

    /// Fields that describe a network.
    private static let describing: Set<String> = ["router", "phyServer", "VMName", "vmName", "vmIP", "nodeCount"]

    private mutating func set(_ field: String, _ value: Assignment.Value) {
        assignments.append(Assignment(path: verb.place(of: field), value: value))
    }
}

extension Verb {
    /// The error for a missing required field, by the option's own name.
    func needs(_ field: FieldDescription, _ why: String) -> UsageError {
        let option = "--" + field.name.kebab
        let words = positions.contains(field.name) ? "<\(field.name.kebab)>, or \(option)" : option
        return UsageError("\(path.joined(separator: " ")) needs \(words): \(why)")
    }
}

extension FieldDescription {
    /// Whether a request without it is always refused.
    var isNeeded: Bool { occurrence == .required || (occurrence == .repeated && minItems > 0) }

    var spellings: [String] { [name] + aliases }

    var isFlag: Bool {
        if case .scalar(let kind) = kind { kind.xsd == "boolean" } else { false }
    }
}
