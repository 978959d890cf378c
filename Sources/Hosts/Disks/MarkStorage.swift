internal import Model

/// The actions of the script `mark-storage`.
enum StorageVerb: String, Sendable, CaseIterable { case look, mark, unmark }

/// Creates marks beside files, looks for them, or removes them. Two hosts use marks to find out whether they share
/// storage.
struct MarkStorage: ScriptCall {
    static let script = HostScript("mark-storage", PackageResources.mark_storage_sh, to: "report where disks are")

    let verb: StorageVerb
    /// The part of the marks' names that distinguishes this comparison from others.
    let token: Int
    let paths: [String]

    init(_ verb: StorageVerb, token: Int, _ paths: [String]) {
        self.verb = verb
        self.token = token
        self.paths = paths
    }

    var arguments: [HostArgument] {
        [HostArgument(verb), HostArgument(token)] + paths.map { HostArgument(path: $0) }
    }

    func answer(_ output: String) throws(Refusal) -> [StorageAnswer] {
        try StorageAnswer.places(output, count: paths.count)
    }
}

/// The answer of the script `mark-storage` about one path.
enum StorageAnswer: Equatable {
    case absent
    case file(isMarked: Bool)
    /// `nil` if the device reports no unique identity.
    case device(identity: String?)

    /// Parses the output: one place for each line.
    ///
    /// - Throws: `hypervisorFailed` unless there are as many as requested paths.
    static func places(_ output: String, count: Int) throws(Refusal) -> [StorageAnswer] {
        let places = output.split(whereSeparator: \.isNewline).compactMap { StorageAnswer(line: String($0)) }
        guard places.count == count else {
            throw Refusal(.hypervisorFailed, "the host did not report where disks are", detail: output.shown)
        }
        return places
    }

    private init?(line: String) {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("absent", 1): self = .absent
        case ("file", 1): self = .file(isMarked: false)
        case ("marked", 1): self = .file(isMarked: true)
        case ("device", 2): self = .device(identity: words[1] == "-" ? nil : words[1])
        default: return nil
        }
    }

    /// Whether the other host has the same storage under this path.
    ///
    /// - Parameter other: the other host's answer, read after this file was marked.
    func isSame(as other: StorageAnswer) -> Bool {
        switch (self, other) {
        case (.file, .file(let isMarked)): isMarked
        case (.device(let identity?), .device(let same?)): identity == same
        default: false
        }
    }
}
