internal import Model
internal import Synchronization

/// SSH hands what is to be run to root's login shell on the host, whose own files may print (`.bashrc`), or end it. So each
/// script says first that it begins: what came before is not its answer.
enum LoginShell {
    /// The line that each script prints first over SSH.
    static let begin = "vms script begins"

    /// Before a script's text.
    static let opening = "printf '%s\\n' '\(begin)'\n"

    /// What came, apart.
    struct Answer: Equatable {
        /// Byte for byte what came before the script began; empty where the login shell keeps quiet. libvirt's connection, which
        /// takes the same way, takes every byte for its own, also that of an empty line.
        var noise = ""
        /// What the script printed; `nil` where it did not begin.
        var output: String?
    }

    static func answer(_ text: String) -> Answer {
        let bytes = text.utf8
        guard let found = bytes.firstRange(of: "\(begin)\n".utf8) else { return Answer(noise: text) }
        return Answer(
            noise: String(bytes[..<found.lowerBound]) ?? "", output: String(bytes[found.upperBound...]) ?? "")
    }

    /// The same for lines that are told as they come.
    final class Lines: Sendable {
        private let state: Mutex<(begun: Bool, last: String)>

        init(begun: Bool) { state = Mutex((begun, "")) }

        var hasBegun: Bool { state.withLock(\.begun) }
        /// The last line before it began.
        var noise: String { state.withLock(\.last) }

        /// Whether a line is the script's.
        func take(_ line: String) -> Bool {
            state.withLock { state in
                if state.begun { return true }
                state.begun = line.utf8.suffix(begin.utf8.count).elementsEqual(begin.utf8)
                state.last = line
                return false
            }
        }
    }
}

extension SSHTarget {
    /// - Parameter noise: ``LoginShell/Answer/noise``.
    func refusal(hearing noise: String) -> Refusal {
        let lines = noise.split(whereSeparator: \.isNewline)
        let line = lines.first { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
        return Refusal(
            .hostUnreachable,
            "the login shell of root at \(address) prints \(line.map { "'\($0.shown)'" } ?? "an empty line") before it does what "
                + "it is asked; let it print for terminals only: begin /root/.bashrc and what else it reads with: "
                + Self.quietLine)
    }

    /// What a shell's file begins with that is for terminals only.
    static let quietLine = "case $- in *i*) ;; *) return ;; esac"

    /// Where the script did not begin: the login shell is none, or ends before.
    func refusal(idle noise: String, _ errors: String) -> Refusal {
        let said = errors.allSatisfy(\.isWhitespace) ? noise : errors
        return Refusal(
            .hostUnreachable,
            "the login shell of root at \(address) does not do what it is asked\(Shell.words(of: said)) (\(Self.shellRemedy))",
            detail: noise + errors)
    }

    static let shellRemedy =
        "give root a shell that does: chsh -s /bin/bash root; see that no exit or exec stands in /root/.bashrc"
}
