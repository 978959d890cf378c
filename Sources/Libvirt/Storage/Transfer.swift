import Glibc
import Synchronization

/// One upload or download: whether it was cancelled, and the closures that follow its progress.
final class Transfer: Sendable {
    /// Memory use, for any length: one buffer of this many bytes. It is the largest number of whole pages in one
    /// message of libvirt (`VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX`, 262,120 bytes): a longer piece would need two
    /// messages.
    static let bufferSize = 252 << 10

    private let call: String
    private let cancelled = Atomic(false)
    private let progress: (@Sendable (UInt64, UInt64) -> Void)?
    private let pace: (@Sendable (RawSpan) -> Duration)?
    private let until: (@Sendable () -> Bool)?

    /// - Parameters:
    ///   - progress: called with the position, holes included, and the number of bytes that were moved.
    ///   - pace: called before each piece; returns how long to wait.
    ///   - until: called after each piece; returns whether to end there.
    init(
        _ call: String, progress: (@Sendable (UInt64, UInt64) -> Void)?,
        pace: (@Sendable (RawSpan) -> Duration)? = nil, until: (@Sendable () -> Bool)? = nil
    ) {
        self.call = call
        self.progress = progress
        self.pace = pace
        self.until = until
    }

    /// Whether to end at the current position.
    var isEnough: Bool { until?() ?? false }

    /// Waits until a piece may be moved, on the calling thread.
    ///
    /// - Throws: `.operationAborted` within 0.1 s once the task is cancelled.
    func awaitTurn(of piece: UnsafeRawBufferPointer) throws(LibvirtError) {
        guard let pace else { return }
        let wait = pace(piece.bytes)
        let turn = ContinuousClock.now + wait
        while true {
            let rest = ContinuousClock.now.duration(to: turn)
            guard rest > .zero else { return }
            let part = min(rest, .milliseconds(100)).components
            usleep(UInt32(clamping: part.attoseconds / 1_000_000_000_000 + part.seconds * 1_000_000))
            try checkCancellation()
        }
    }

    /// Reports the position, and stops the transfer if its task was cancelled.
    func advanced(to bytes: UInt64, moved: UInt64) throws(LibvirtError) {
        progress?(bytes, moved)
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
