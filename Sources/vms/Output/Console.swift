internal import Glibc

/// Where the program writes: results to standard output, all else to standard error.
struct Console: Sendable {
    var outputIsTerminal: Bool
    var errorsAreTerminal: Bool
    var hasColour: Bool
    var output: @Sendable (String) -> Void
    var errors: @Sendable (String) -> Void

    /// The process's own. `NO_COLOR` in the environment, and `TERM=dumb`, are respected.
    static var standard: Console {
        let outputIsTerminal = isatty(STDOUT_FILENO) == 1
        let isPlain = getenv("NO_COLOR") != nil || getenv("TERM").map { String(cString: $0) } == "dumb"
        return Console(
            outputIsTerminal: outputIsTerminal, errorsAreTerminal: isatty(STDERR_FILENO) == 1,
            hasColour: outputIsTerminal && !isPlain,
            output: { write($0, to: STDOUT_FILENO) }, errors: { write($0, to: STDERR_FILENO) })
    }

    /// Bold, where there is colour.
    func heading(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
