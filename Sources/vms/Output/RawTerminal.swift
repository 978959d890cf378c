internal import Dispatch
internal import Glibc
internal import Synchronization

/// The terminal of standard input without its own editing and echo, so that each key reaches the machine. It is
/// restored at the end of the process as well, also when a signal ends it.
enum RawTerminal {
    private static let saved = Mutex<termios?>(nil)
    private static let signals = Mutex<[any DispatchSourceSignal]>([])

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
            signals.withLock { $0 = [SIGTERM, SIGHUP, SIGQUIT].map(restoring) }
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

    /// Lets a signal restore the terminal before it ends the process.
    private static func restoring(_ number: CInt) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
            end()
            signal(number, SIG_DFL)
            // To the process: the queue's own thread blocks signals.
            kill(getpid(), number)
        }
        source.resume()
        return source
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
