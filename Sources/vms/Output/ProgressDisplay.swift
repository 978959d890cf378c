internal import VMSAPI

/// Draws an operation's progress on standard error: in place on a terminal, otherwise a line for each change.
struct ProgressDisplay {
    let console: Console
    let isOn: Bool
    private var last = ""

    init(_ console: Console, isRequested: Bool) {
        self.console = console
        isOn = isRequested || console.errorsAreTerminal
    }

    mutating func show(_ operation: Operation) {
        let text = ProgressLine.text(operation)
        guard isOn, text != last else { return }
        last = text
        console.errors(console.errorsAreTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    /// Clears the terminal's line for the next output.
    func clear() {
        if isOn && console.errorsAreTerminal && !last.isEmpty { console.errors("\r\u{1B}[K") }
    }
}
