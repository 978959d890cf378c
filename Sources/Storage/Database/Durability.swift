internal import GRDB
internal import Model

/// The failures that a transaction survives once its write has returned. Both cases survive the end of the server,
/// `kill -9` included: committed data are in the kernel's page cache.
///
/// A write that survives a power loss waits for the disk and makes every earlier write durable as well, since SQLite's
/// log is one sequence.
enum Durability {
    case processEnd, powerLoss

    /// Entries that the next start can reconstruct are written without waiting for the disk.
    ///
    /// - `did(i)`: without it, the step counts as begun but not done, and is undone or repeated.
    /// - `undid(i)`, `retried`: without it, the step is undone again, which is idempotent.
    ///
    /// `began(i)` is on disk before the step touches its host: if the entry were lost, the undo would not know of step
    /// i. Entries that let a caller see that an operation has ended wait as well. An operation that has begun no step
    /// waits for nothing: after a power loss it does not exist, and no host was changed.
    init(of entries: [JournalEntry]) {
        let waits = entries.contains { entry in
            switch entry {
            case .did, .undid, .retried: false
            case .began, .succeeded, .failing, .failed, .stuck, .accepted: true
            }
        }
        self = waits ? .powerLoss : .processEnd
    }

    /// Applies to the next transaction of the connection.
    func apply(to database: Database) throws {
        let statement = try database.cachedStatement(
            sql: self == .powerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        try statement.execute()
    }
}
