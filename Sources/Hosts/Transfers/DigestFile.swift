internal import Model

/// Has a host digest a file.
struct DigestFile: ScriptCall {
    static let script = HostScript(
        "digest-file", PackageResources.digest_file_sh, to: "look at an image that arrived")

    let path: String

    var arguments: [HostArgument] { [HostArgument(path: path)] }

    /// - Throws: `notOffered` where the host has no program for that.
    func answer(_ output: String) throws(Refusal) -> DigestAnswer {
        guard let answer = DigestAnswer(output) else {
            throw Refusal(.notOffered, "the host lacks the program 'sha256sum' to check an image with")
        }
        return answer
    }
}

/// What the script `digest-file` told.
enum DigestAnswer: Equatable {
    /// It may not read the file.
    case unreadable
    /// Of what is no hole in it.
    case data(String)
    case whole(String)

    /// `nil` where it has no program for that.
    init?(_ told: String) {
        let words = told.split(whereSeparator: \.isWhitespace).map(String.init)
        switch (words.first, words.count) {
        case ("unreadable", _): self = .unreadable
        case ("data", 2): self = .data(words[1])
        case ("whole", 2): self = .whole(words[1])
        default: return nil
        }
    }
}
