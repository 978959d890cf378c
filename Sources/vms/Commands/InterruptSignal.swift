internal import Dispatch
internal import Glibc

/// Turns Ctrl-C into the end of one task instead of the process.
enum InterruptSignal {
    /// Runs `body` until it ends or SIGINT arrives; then `body` is cancelled.
    ///
    /// - Throws: what `body` throws, or the error of `interrupted`.
    static func racing<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result,
        interrupted: @escaping @Sendable () -> any Error
    ) async throws -> Result {
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let before = signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { arrival.yield() }
        source.resume()
        defer {
            source.cancel()
            signal(SIGINT, before)
        }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in arrivals { throw interrupted() }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
