internal import Dispatch
internal import Glibc
internal import Synchronization

/// The terminal of standard input without its own editing and echo, so that each key reaches the machine. It is
/// restored at the end of the process as well, also when a signal ends it.
enum RawTerminal {
    /// The settings to restore; `nil` while they are not changed.
    private static let saved = Mutex<termios?>(nil)
    /// The same settings for the handlers of signals, which must not wait for a lock. Written before there are handlers.
    nonisolated(unsafe) private static var original: UnsafeMutablePointer<termios>?

    /// - Returns: whether standard input is a terminal.
    static func begin() -> Bool {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return false }
        let isFirst = saved.withLock { saved in
            defer { saved = saved ?? settings }
            return saved == nil
        }
        if isFirst {
            atexit { RawTerminal.end() }
            original = .allocate(capacity: 1)
            original?.initialize(to: settings)
            for number in [SIGTERM, SIGHUP, SIGQUIT] { restore(on: number) }
        }
        cfmakeraw(&settings)
        return tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) == 0
    }

    /// Restores the terminal. Idempotent.
    static func end() {
        let settings = saved.withLock { saved in
            defer { saved = nil }
            return saved
        }
        guard var settings else { return }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }

    /// Lets a signal restore the terminal before it ends the process. A source of Dispatch would miss a signal that comes
    /// before it is registered.
    private static func restore(on number: CInt) {
        signal(number) { number in
            // Only what signal-safety(7) allows.
            if let original = RawTerminal.original { tcsetattr(STDIN_FILENO, TCSANOW, original) }
            signal(number, SIG_DFL)
            raise(number)
        }
    }

    /// What is typed, until the end of standard input.
    static func keys() -> AsyncStream<[UInt8]> {
        let queue = DispatchQueue(label: "keys")
        // Read when the last keys were taken: a file is not read into memory.
        return AsyncStream {
            await withCheckedContinuation { continuation in
                queue.async {
                    var buffer = [UInt8](repeating: 0, count: 4096)
                    var count = -1
                    repeat { count = read(STDIN_FILENO, &buffer, buffer.count) } while count < 0 && errno == EINTR
                    continuation.resume(returning: count > 0 ? Array(buffer.prefix(count)) : nil)
                }
            }
        }
    }
}
