/// A connection that is opened on demand and opened again after it broke.
///
/// At most one opening is under way; who comes meanwhile waits for it. After a failure, callers get the last error at
/// once until the pause is over: 0.1 s, doubled with each failure up to 10 s.
public actor Session {
    /// How to open a connection to this session's host.
    public typealias Opener = @Sendable () async throws(LibvirtError) -> Connection

    private enum State {
        case idle
        case opening(Task<Result<Connection, LibvirtError>, Never>)
        case open(Connection)
        case failed(LibvirtError, retryAt: ContinuousClock.Instant)
        case ended
    }

    /// The URI, for people.
    public nonisolated let uri: String

    private let opener: Opener
    private var state = State.idle
    private var backoff = Backoff()

    /// A session that opens `uri` with `Connection.open`'s usual deadlines.
    public init(_ uri: String) {
        self.init(uri) { () async throws(LibvirtError) in try await Connection.open(uri) }
    }

    /// A session that opens its connections its own way.
    public init(_ uri: String, opener: @escaping Opener) {
        self.uri = uri
        self.opener = opener
    }

    /// Runs `body` with an open connection, opening one first if need be. `body` is run once: what it had done when the
    /// connection broke only the caller can know.
    /// - Throws: what `body` throws; `LibvirtError` when there is no connection.
    public nonisolated(nonsending) func withConnection<Value>(
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await connection()
        do {
            return try await body(connection)
        } catch {
            // An error is when a broken connection is noticed; the next caller shall not find it. A suspect one is not
            // asked: the answer might take as long again.
            let isUsable = connection.isSuspect ? false : await connection.isAlive
            if !isUsable { await drop(connection) }
            throw error
        }
    }

    /// The open connection, opened if need be. It may break at any time; `withConnection` notices.
    public func connection() async throws(LibvirtError) -> Connection {
        switch state {
        case .open(let connection) where connection.closed.reason == nil:
            return connection
        case .open(let connection):
            drop(connection)
            return try await open()
        case .opening(let task):
            return try await task.value.get()
        case .failed(let error, let retryAt) where ContinuousClock.now < retryAt:
            throw error
        case .idle, .failed:
            return try await open()
        case .ended:
            throw LibvirtError(.invalidConnection, "the session with \(uri) has ended", call: "virConnectOpenAuth")
        }
    }

    /// Why there is no connection at the moment; nil when there is one or none was tried.
    public var lastError: LibvirtError? {
        guard case .failed(let error, _) = state else { return nil }
        return error
    }

    /// Ends the session: its connection is closed, and there will be no other.
    public func end() async {
        let last = state
        state = .ended
        switch last {
        case .open(let connection): await connection.close()
        case .opening(let task):
            if case .success(let connection) = await task.value { await connection.close() }
        case .idle, .failed, .ended: break
        }
    }

    /// Lets go of a connection, so that the next caller opens another. Its calls under way go on.
    public func drop(_ connection: Connection) {
        guard case .open(let current) = state, current === connection else { return }
        state = .idle
        Task { await connection.close() }
    }

    private func open() async throws(LibvirtError) -> Connection {
        let opener = opener
        // A task of its own: the caller who started it may be cancelled while others wait for it.
        let task = Task { () async -> Result<Connection, LibvirtError> in
            do throws(LibvirtError) {
                return .success(try await opener())
            } catch {
                return .failure(error)
            }
        }
        state = .opening(task)
        let result = await task.value
        // `end` may have come first; it closes what was opened.
        guard case .opening = state else { return try result.get() }
        switch result {
        case .success(let connection):
            backoff.reset()
            state = .open(connection)
            return connection
        case .failure(let error):
            state = .failed(error, retryAt: ContinuousClock.now + backoff.next())
            throw error
        }
    }
}
