internal import Synchronization

/// Draws the progress of a transfer on standard error: in place on a terminal, otherwise a line for each percent.
final class TransferDisplay: Sendable {
    private let console: Console
    private let last = Mutex(-1)

    init(_ console: Console) { self.console = console }

    func show(_ sent: Int64, of total: Int64) {
        let (hundredfold, overflows) = sent.multipliedReportingOverflow(by: 100)
        let whole = overflows ? sent / max(1, total / 100) : hundredfold / max(1, total)
        let percent = total > 0 ? Int(clamping: whole) : 100
        let isNews = last.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard isNews else { return }
        let text = "\(percent) % of \(total >> 20) MiB"
        console.errors(console.errorsAreTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    /// Clears the terminal's line for the next output.
    func clear() {
        if console.errorsAreTerminal, last.withLock({ $0 }) >= 0 { console.errors("\r\u{1B}[K") }
    }
}
