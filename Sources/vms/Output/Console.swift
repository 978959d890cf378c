internal import Glibc
internal import Synchronization

/// The program's output: results go to standard output, everything else to standard error.
struct Console: Sendable {
    var outputIsTerminal: Bool
    var errorsAreTerminal: Bool
    var hasColour: Bool
    /// Width of the terminal for results, in characters; `nil` if results go elsewhere, and nothing is cut.
    var columns: Int? = nil
    var output: @Sendable (String) -> Void
    var errors: @Sendable (String) -> Void
    /// Writes results that are no text.
    var bytes: @Sendable ([UInt8]) -> Void = { _ in }

    /// The console of the process. It respects `NO_COLOR` in the environment, and `TERM=dumb`.
    static var standard: Console {
        let outputIsTerminal = isatty(STDOUT_FILENO) == 1
        let isPlain = getenv("NO_COLOR") != nil || getenv("TERM").map { String(cString: $0) } == "dumb"
        return Console(
            outputIsTerminal: outputIsTerminal, errorsAreTerminal: isatty(STDERR_FILENO) == 1,
            hasColour: outputIsTerminal && !isPlain, columns: outputIsTerminal ? columnsOfTerminal : nil,
            output: { text in note(write(text.utf8, to: STDOUT_FILENO)) },
            errors: { text in _ = write(text.utf8, to: STDERR_FILENO) },
            bytes: { bytes in note(write(bytes, to: STDOUT_FILENO)) })
    }

    /// The system's error number of the first failed write of results.
    private static let failure = Mutex<CInt?>(nil)

    /// Whether results cannot be written any more, such as behind a pipe whose reader has closed it.
    static var isClosed: Bool { failure.withLock { $0 != nil } }

    /// The reason why some results were not written; `nil` if all were, or if the reader of a pipe closed it.
    static var lostOutput: String? {
        guard let error = failure.withLock({ $0 }), error != EPIPE else { return nil }
        return String(cString: strerror(error))
    }

    /// Opens the standard descriptors that the caller has closed, so that no connection gets their numbers, and with
    /// them the results. Writing to them fails.
    static func holdDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// The text in bold, if there is colour.
    func heading(_ text: String) -> String { hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// `COLUMNS` from the environment, or the terminal's own width, or 80.
    private static var columnsOfTerminal: Int {
        let setting = getenv("COLUMNS").map { String(cString: $0) }
        if let columns = setting.flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(clamping: TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(clamping: size.ws_col)
    }

    /// Lines of the terminal for results; `nil` if results go elsewhere.
    func rows() -> Int? {
        guard outputIsTerminal else { return nil }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(clamping: TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(clamping: size.ws_row)
    }

    /// The layout of results on this console.
    var layout: Layout { Layout(style: heading, columns: columns) }

    /// Records that results could not be written.
    private static func note(_ error: CInt?) {
        if let error { failure.withLock { $0 = $0 ?? error } }
    }

    /// - Returns: the system's error number (`errno`).
    private static func write(_ bytes: some Sequence<UInt8>, to descriptor: Int32) -> CInt? {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return nil
    }
}
