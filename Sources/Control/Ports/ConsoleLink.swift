package import Model

/// The open console of a machine on a host.
package protocol ConsoleLink: Sendable {
    /// Sends bytes to the machine, in the order of the calls.
    ///
    /// - Throws: `hostUnreachable`, `timedOut`; `machineNotRunning` if the console was closed.
    func send(_ bytes: [UInt8]) async throws(Refusal)

    /// Closes the console; afterwards nothing is reported.
    func close() async
}

/// A report of an open console.
package enum ConsoleSignal: Sendable, Equatable {
    case bytes([UInt8])
    /// The console was closed by its host: the machine stopped or was moved, or the connection was lost. The last
    /// report.
    case ended
}
