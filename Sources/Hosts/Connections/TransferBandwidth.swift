internal import Synchronization

/// The bandwidth that the image transfers to all hosts share.
package final class TransferBandwidth: Sendable {
    private let budget: Mutex<TransferBudget>
    private let start = ContinuousClock.now

    /// - Parameter mbit: 10^6 bits per second of images' bytes, counted after compression; the overhead of SSH and TCP
    ///   is not counted.
    package init(mbit: Int) { budget = Mutex(TransferBudget(bytesPerSecond: Double(mbit) * 125_000)) }

    /// Runs a transfer. Before each piece, the transfer asks how long it has to wait.
    nonisolated(nonsending) func share<Result>(
        _ transfer: (@escaping @Sendable (_ bytes: Int) -> Duration) async throws -> Result
    ) async throws -> Result {
        let ticket = budget.withLock { $0.begin() }
        defer { budget.withLock { $0.end(ticket) } }
        return try await transfer { [self] bytes in
            budget.withLock { $0.delay(of: bytes, for: ticket, at: start.duration(to: .now)) }
        }
    }
}
