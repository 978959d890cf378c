import Synchronization

/// One upload or download: whether it was cancelled, and whom to tell how far it is.
final class Transfer: Sendable {
    /// Memory used, whatever the length: one buffer of this many bytes.
    static let bufferSize = 256 << 10

    private let call: String
    private let cancelled = Atomic(false)
    private let progress: (@Sendable (UInt64) -> Void)?

    init(_ call: String, progress: (@Sendable (UInt64) -> Void)?) {
        self.call = call
        self.progress = progress
    }

    /// Reports how many bytes are done, holes included, and stops a transfer whose task was cancelled.
    func advanced(to bytes: UInt64) throws(LibvirtError) {
        progress?(bytes)
        try checkCancellation()
    }

    /// - Throws: `.operationAborted` once the task is cancelled.
    func checkCancellation() throws(LibvirtError) {
        guard cancelled.load(ordering: .relaxed) else { return }
        throw LibvirtError(.operationAborted, "the task was cancelled", call: call)
    }

    /// Runs `body` and stops it between two chunks when the task is cancelled.
    func run<Value: Sendable>(
        _ body: () async throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let result = await withTaskCancellationHandler { () async -> Result<Value, LibvirtError> in
            do throws(LibvirtError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        } onCancel: {
            cancelled.store(true, ordering: .relaxed)
        }
        return try result.get()
    }
}
