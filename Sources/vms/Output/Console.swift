internal import Glibc
internal import Synchronization

/// Where the program writes: results to standard output, all else to standard error.
struct Console: Sendable {
    var outputIsTerminal: Bool
    var errorsAreTerminal: Bool
    var hasColour: Bool
    /// Characters of a line on the terminal that results go to; `nil` elsewhere, where nothing is cut.
    var columns: Int? = nil
    var output: @Sendable (String) -> Void
    var errors: @Sendable (String) -> Void

    /// The process's own. `NO_COLOR` in the environment, and `TERM=dumb`, are respected.
    static var standard: Console {
        let outputIsTerminal = isatty(STDOUT_FILENO) == 1
        let isPlain = getenv("NO_COLOR") != nil || getenv("TERM").map { String(cString: $0) } == "dumb"
        return Console(
            outputIsTerminal: outputIsTerminal, errorsAreTerminal: isatty(STDERR_FILENO) == 1,
            hasColour: outputIsTerminal && !isPlain, columns: outputIsTerminal ? columnsOfTerminal : nil,
            output: { text in
                guard let error = write(text, to: STDOUT_FILENO) else { return }
                failure.withLock { $0 = $0 ?? error }
            }, errors: { text in _ = write(text, to: STDERR_FILENO) })
    }

    /// The system's number of the first error in writing results.
    private static let failure = Mutex<CInt?>(nil)

    /// Why not all results got where they were to go; `nil` where they did, and where nobody reads on (a pipe's end).
    static var lostOutput: String? {
        guard let error = failure.withLock({ $0 }), error != EPIPE else { return nil }
        return String(cString: strerror(error))
    }

    /// Opens what the caller has closed of the standard descriptors, so that no connection gets its number and results in
    /// it. Writing there fails.
    static func holdDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// Bold, where there is colour.
    func heading(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// `COLUMNS` from the environment, or what the terminal says, or 80.
    private static var columnsOfTerminal: Int {
        let asked = getenv("COLUMNS").map { String(cString: $0) }
        if let columns = asked.flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(clamping: TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(clamping: size.ws_col)
    }

    /// What results look like here.
    var layout: Layout { Layout(style: heading, columns: columns) }

    /// - Returns: the system's number of what went wrong.
    private static func write(_ text: String, to descriptor: Int32) -> CInt? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}
