internal import Model
internal import Synchronization

/// SSH passes a command to root's login shell on the host. That shell's own startup files (`.bashrc`) may print
/// something, or end the shell. So each script first prints a line that marks its beginning: anything before that line
/// is not its answer.
enum LoginShell {
    /// The line that each script prints first over SSH.
    static let begin = "vms script begins"

    /// The commands in front of a script's text.
    static let opening = "printf '%s\\n' '\(begin)'\n"

    /// The output of an SSH command, divided at the line that marks the beginning of the script.
    struct Answer: Equatable {
        /// The output before the script began, byte for byte; empty if the login shell prints nothing. libvirt's
        /// connection goes through the same login shell and treats every byte as its own, even that of an empty line.
        var noise = ""
        /// The output of the script; `nil` if it did not begin.
        var output: String?
    }

    static func answer(_ text: String) -> Answer {
        let bytes = text.utf8
        guard let found = bytes.firstRange(of: "\(begin)\n".utf8) else { return Answer(noise: text) }
        return Answer(
            noise: String(bytes[..<found.lowerBound]) ?? "", output: String(bytes[found.upperBound...]) ?? "")
    }

    /// The same division for output that arrives line by line.
    final class Lines: Sendable {
        private let state: Mutex<(begun: Bool, last: String)>

        init(begun: Bool) { state = Mutex((begun, "")) }

        var hasBegun: Bool { state.withLock(\.begun) }
        /// The last line before the script began.
        var noise: String { state.withLock(\.last) }

        /// Returns whether a line belongs to the script.
        func accept(_ line: String) -> Bool {
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
    func refusal(noise: String) -> Refusal {
        let lines = noise.split(whereSeparator: \.isNewline)
        let line = lines.first { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
        return Refusal(
            .hostUnreachable,
            "the login shell of root at \(address) prints \(line.map { "'\($0.shown)'" } ?? "an empty line") before it runs commands; "
                + "let it print only for terminals: begin /root/.bashrc and other files that it reads with: "
                + Self.quietLine)
    }

    /// The first line for a startup file of a shell, so that the file only applies to terminals.
    static let quietLine = "case $- in *i*) ;; *) return ;; esac"

    /// The refusal for a script that did not begin: root has no working login shell, or the shell ended before.
    func refusal(notBegun noise: String, _ errors: String) -> Refusal {
        let said = errors.allSatisfy(\.isWhitespace) ? noise : errors
        return Refusal(
            .hostUnreachable,
            "the login shell of root at \(address) does not run commands\(Shell.words(of: said)) (\(Self.shellRemedy))",
            detail: noise + errors)
    }

    static let shellRemedy =
        "give root a shell that does: chsh -s /bin/bash root; remove any exit or exec from /root/.bashrc"
}
