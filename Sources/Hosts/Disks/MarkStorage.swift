internal import Model

/// What the script `mark-storage` does with marks.
enum StorageVerb: String, Sendable, CaseIterable { case look, mark, unmark }

/// Lays marks beside files, looks for them, or takes them away: by them two hosts find out whether they have the same storage.
struct MarkStorage: ScriptCall {
    static let script = HostScript("mark-storage", PackageResources.mark_storage_sh, to: "tell where disks lie")

    let verb: StorageVerb
    /// In the names of this comparison's marks, so that another one's are not mistaken for them.
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

    func answer(_ output: String) throws(Refusal) -> [StoragePlace] {
        try StoragePlace.places(output, count: paths.count)
    }
}

/// What the script `mark-storage` tells of one path.
enum StoragePlace: Equatable {
    case absent
    case file(isMarked: Bool)
    /// `nil`: it tells nothing that no other device could tell.
    case device(identity: String?)

    /// One for each line.
    ///
    /// - Throws: `hypervisorFailed` unless there are as many as paths were asked for.
    static func places(_ output: String, count: Int) throws(Refusal) -> [StoragePlace] {
        let places = output.split(whereSeparator: \.isNewline).compactMap { StoragePlace(line: String($0)) }
        guard places.count == count else {
            throw Refusal(.hypervisorFailed, "the host did not tell where disks lie", detail: output.shown)
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

    /// Whether what another host has under that path is the same.
    ///
    /// - Parameter other: looked at after this one was marked.
    func isSame(as other: StoragePlace) -> Bool {
        switch (self, other) {
        case (.file, .file(let isMarked)): isMarked
        case (.device(let identity?), .device(let same?)): identity == same
        default: false
        }
    }
}
