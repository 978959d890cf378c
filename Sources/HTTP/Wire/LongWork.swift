internal import NIOPosix

/// Where calls are answered that think for long, such as the plan of a network of a thousand routers: on threads of their
/// own, so that neither a connection's event loop nor the pool on which operations run waits for them (decision 0033).
final class LongWork: TaskExecutor {
    /// More than processors, so that a short one gets its turn among several long ones.
    private static let threads = 8
    /// A body of more bytes takes long to be read, whatever is asked.
    private static let bytes = 64 << 10

    private static let shared = LongWork()
    /// Lives as long as the process.
    private let pool = NIOThreadPool(numberOfThreads: threads)

    private init() { pool.start() }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Runs a call where it holds up no other.
    ///
    /// - Parameters:
    ///   - isLong: whether what it asks for may take long.
    ///   - bytes: how large its body is.
    static func run<Value: Sendable>(
        _ isLong: Bool, reading bytes: Int = 0, _ body: () async -> Value
    ) async -> Value {
        guard isLong || bytes > Self.bytes else { return await body() }
        return await withTaskExecutorPreference(shared) { await body() }
    }
}
