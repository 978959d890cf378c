internal import Control
package import FoundationEssentials
internal import GRDB
package import Model
internal import Synchronization

/// The store in one SQLite file. One process owns it: a lock file next to it excludes a second server.
///
/// All records are also in memory, so that a planner reads them without a query, however large the fleet is. They are
/// changed on the writer's queue, right before the commit that makes the change durable, and restored if the commit
/// fails. A reader that finds in the database that an operation has ended therefore finds its records as well. A reader
/// that sees the records shortly before the commit cannot write in between, because all writes wait in the same queue.
package final class SQLStore: Store {
    let pool: any DatabaseWriter
    let now: @Sendable () -> Date
    let path: String
    /// `nil` for a database in memory, which no other process can open.
    private let lock: StoreLock?
    let records: Mutex<Records>
    /// Operations begun since finished operations were last deleted.
    let begun = Mutex(Begun())
    let keptOperations: Int

    struct Begun {
        var operations = 0
        /// Total size of their plans in bytes.
        var bytes = 0
    }

    struct Records: Sendable {
        var fleet: Fleet
        var access: AccessRecords
        /// Unfinished operations, in the order in which they began. Their plans are only in the file.
        var unfinished: [UnfinishedOperation]
    }

    private init(
        pool: any DatabaseWriter, lock: StoreLock?, records: Records, path: String, keptOperations: Int,
        now: @escaping @Sendable () -> Date
    ) {
        self.keptOperations = keptOperations
        self.pool = pool
        self.lock = lock
        self.now = now
        self.path = path
        self.records = Mutex(records)
    }

    /// Opens or creates a database: folder mode 0700, files 0600. Deletes old finished operations, on opening and while
    /// in use.
    ///
    /// - Parameter keptOperations: the number of newest operations to keep, as long as their plans total at most 256
    ///   MiB; unfinished operations are always kept.
    /// - Throws: `storeFailed` if another server uses the database, a newer version wrote it, or it is damaged.
    package static func open(
        at path: String, keptOperations: Int = 10_000, now: @escaping @Sendable () -> Date = { Date() }
    ) throws(Refusal) -> SQLStore {
        let file = DatabaseFile(path: path)
        try file.prepare()
        let lock = try StoreLock(path: path + ".lock")
        return try open(lock, path: path, keptOperations: keptOperations, now: now) { try file.pool() }
    }

    /// Creates a database in memory, which exists as long as this object.
    ///
    /// - Throws: `storeFailed`.
    package static func inMemory(
        keptOperations: Int = 10_000, now: @escaping @Sendable () -> Date = { Date() }
    ) throws(Refusal) -> SQLStore {
        try open(nil, path: ":memory:", keptOperations: keptOperations, now: now) {
            try DatabaseQueue(configuration: DatabaseFile.configuration)
        }
    }

    private static func open(
        _ lock: StoreLock?, path: String, keptOperations: Int, now: @escaping @Sendable () -> Date,
        _ database: () throws -> any DatabaseWriter
    ) throws(Refusal) -> SQLStore {
        do {
            let pool = try database()
            let records = try pool.writeWithoutTransaction { database in
                try Durability.powerLoss.apply(to: database)
                try Schema.migrate(database, path: path)
                try database.inTransaction(.immediate) {
                    try OperationRows(database: database).trim(keeping: keptOperations)
                    return .commit
                }
                return Records(
                    fleet: try FleetReader(database: database).fleet(),
                    access: try AccessRows(database: database).records(),
                    unfinished: try OperationRows(database: database).unfinished())
            }
            return SQLStore(
                pool: pool, lock: lock, records: records, path: path, keptOperations: keptOperations, now: now)
        } catch {
            if let refusal = error as? Refusal { throw refusal }
            let refusal = refusal(error, path)
            throw Refusal(refusal.code, nil, refusal.reason + " (\(path))", detail: refusal.detail)
        }
    }

    /// Closes the file after pending writes: another store may open it when this has returned. Later reads and writes
    /// throw `storeFailed`.
    package func close() throws(Refusal) {
        do {
            try pool.close()
        } catch {
            throw Self.refusal(error, path)
        }
        lock?.release()
    }

    package func fleet() async throws(Refusal) -> Fleet { records.withLock { $0.fleet } }

    package func apply(_ changes: [RecordChange]) async throws(Refusal) {
        try await write(changes, .powerLoss) { _ in }
    }
}

extension SQLStore {
    /// Writes record changes, and the other rows that belong to them, in one transaction.
    ///
    /// GRDB's own asynchronous calls throw in a cancelled task. The journal of an operation that is being cancelled
    /// must still be written, so this function ignores cancellation.
    ///
    /// - Parameters:
    ///   - access: changes of the access records, which `more` writes.
    ///   - follow: updates the list of unfinished operations.
    func write(
        _ changes: [RecordChange], access: [AccessChange] = [], _ durability: Durability,
        follow: (@Sendable (inout [UnfinishedOperation]) -> Void)? = nil,
        _ more: @escaping @Sendable (Database) throws -> Void
    ) async throws(Refusal) {
        let result: Result<Void, Refusal> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [self] database in
                var before: Records?
                do {
                    try durability.apply(to: database)
                    try database.inTransaction(.immediate) {
                        try more(database)
                        let (unfinished, ended) = records.withLock { ($0.unfinished, $0.endedShares(by: changes)) }
                        for change in ended { try AccessRows(database: database).write(change) }
                        for change in changes {
                            try RecordWriter(database: database, unfinished: unfinished).write(change)
                        }
                        before = records.withLock { records in
                            let before = records
                            for change in changes { records.fleet.apply(change) }
                            for change in access + ended { records.access.apply(change) }
                            follow?(&records.unfinished)
                            return before
                        }
                        return .commit
                    }
                    continuation.resume(returning: .success(()))
                } catch {
                    if let before { records.withLock { $0 = before } }
                    continuation.resume(returning: .failure(Self.refusal(error, path)))
                }
            }
        }
        try result.get()
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        let result: Result<Value, Refusal> = await withCheckedContinuation { continuation in
            pool.asyncRead { [path] access in
                continuation.resume(
                    returning: Result { try body(access.get()) }.mapError { Self.refusal($0, path) })
            }
        }
        return try result.get()
    }

    /// Turns errors of SQLite and of decoders into `storeFailed`; a refusal stays as it is.
    static func refusal(_ error: any Error, _ path: String) -> Refusal {
        switch error {
        case let refusal as Refusal: refusal
        case DatabaseError.SQLITE_NOTADB, DatabaseError.SQLITE_CORRUPT:
            Refusal(
                .storeFailed, "the database is damaged, or is no database: replace it with a backup",
                detail: "\(path): \(error)")
        case DatabaseError.SQLITE_FULL:
            Refusal(.storeFailed, "the disk that holds the database is full", detail: "\(path): \(error)")
        default:
            Refusal(.storeFailed, "the database cannot be read or written", detail: "\(path): \(error)")
        }
    }
}
