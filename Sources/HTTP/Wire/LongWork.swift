/// Runs calls with long work, such as the plan of a network of a thousand routers, on threads of their own, so that
/// neither a connection's event loop nor the pool that runs operations waits for them (decision 0033). Callers take
/// turns, so that no caller waits for all calls of another one (decision 0053).
final class LongWork: TaskExecutor {
    /// The kind of long work. Each kind has threads of its own, so that reading does not wait for planning.
    enum Kind: CaseIterable, Sendable {
        /// Large request bodies, for any service.
        case reading
        /// Answers that grow with the whole fleet.
        case listing
        /// Changes of the fleet, and plans of such changes.
        case planning

        fileprivate var threads: TurnThreads {
            switch self {
            case .reading: LongWork.reading
            case .listing: LongWork.listing
            case .planning: LongWork.planning
            }
        }
    }

    /// A longer body takes long to read, for any service.
    private static let bytes = 64 << 10

    private static let reading = TurnThreads()
    private static let listing = TurnThreads()
    private static let planning = TurnThreads()

    private let threads: TurnThreads
    private let caller: String

    private init(_ kind: Kind, of caller: String) {
        threads = kind.threads
        self.caller = caller
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        threads.submit(for: caller) { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    static func isLarge(_ bytes: Int) -> Bool { bytes > Self.bytes }

    /// The kind of work of reading a body of that many bytes; `nil` if it is short.
    static func reading(_ bytes: Int) -> Kind? { isLarge(bytes) ? .reading : nil }

    /// The kind of work of a call with a body of that many bytes. Parsing a large body takes longer than receiving it.
    static func calling(_ kind: Kind?, _ bytes: Int) -> Kind? { kind == .planning ? kind : reading(bytes) ?? kind }

    /// Runs a call where it delays no other call.
    ///
    /// - Parameters:
    ///   - kind: the kind of work; `nil` for short work, which runs on the current executor.
    ///   - caller: the caller's address.
    static func run<Value: Sendable>(
        _ kind: Kind?, of caller: String?, _ body: () async -> Value
    ) async -> Value {
        guard let kind else { return await body() }
        return await withTaskExecutorPreference(LongWork(kind, of: caller ?? "")) { await body() }
    }
}
