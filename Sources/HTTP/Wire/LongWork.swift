/// Where calls are answered that think for long, such as the plan of a network of a thousand routers: on threads of their
/// own, so that neither a connection's event loop nor the pool on which operations run waits for them (decision 0033), and
/// in turns, so that no caller waits for all that another one asked (decision 0053).
final class LongWork: TaskExecutor {
    /// What a call thinks about; each kind has threads of its own, so that reading what there is waits for no plan.
    enum Kind: CaseIterable, Sendable {
        /// Bodies that are large, whatever is asked.
        case reading
        /// Answers that grow with all there is.
        case listing
        /// Whatever changes the world, or says how it would be changed.
        case planning

        fileprivate var threads: TurnThreads {
            switch self {
            case .reading: LongWork.reading
            case .listing: LongWork.listing
            case .planning: LongWork.planning
            }
        }
    }

    /// A body of more bytes takes long to be read, whatever is asked.
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

    /// What reading a body of so many bytes takes; `nil` where it may be done at once.
    static func reading(_ bytes: Int) -> Kind? { isLarge(bytes) ? .reading : nil }

    /// What a call of a kind takes whose body has so many bytes: of a large one there is more to read than bytes.
    static func calling(_ kind: Kind?, _ bytes: Int) -> Kind? { kind == .planning ? kind : reading(bytes) ?? kind }

    /// Runs a call where it holds up no other.
    ///
    /// - Parameters:
    ///   - kind: what it thinks about; `nil` where it does not think for long: it then runs where it is.
    ///   - caller: whose call it is, by its address.
    static func run<Value: Sendable>(
        _ kind: Kind?, of caller: String?, _ body: () async -> Value
    ) async -> Value {
        guard let kind else { return await body() }
        return await withTaskExecutorPreference(LongWork(kind, of: caller ?? "")) { await body() }
    }
}
