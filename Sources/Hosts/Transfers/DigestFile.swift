internal import Model

/// Lets a host compute the digest of a file.
struct DigestFile: ScriptCall {
    static let script = HostScript(
        "digest-file", PackageResources.digest_file_sh, to: "check an image that arrived")

    let path: String

    var arguments: [HostArgument] { [HostArgument(path: path)] }

    /// - Throws: `notOffered` if the host has no program for that.
    func answer(_ output: String) throws(Refusal) -> DigestAnswer {
        guard let answer = DigestAnswer(output) else {
            throw Refusal(.notOffered, "the host lacks the program 'sha256sum' to check an image with")
        }
        return answer
    }
}

/// The answer of the script `digest-file`.
enum DigestAnswer: Equatable {
    /// The script may not read the file.
    case unreadable
    /// The digest of the file without its holes.
    case data(String)
    case whole(String)

    /// `nil` if the host has no program for that.
    init?(_ output: String) {
        let words = output.split(whereSeparator: \.isWhitespace).map(String.init)
        switch (words.first, words.count) {
        case ("unreadable", _): self = .unreadable
        case ("data", 2): self = .data(words[1])
        case ("whole", 2): self = .whole(words[1])
        default: return nil
        }
    }
}
