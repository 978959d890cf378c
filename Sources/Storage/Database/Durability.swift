internal import GRDB
internal import Model

/// What a transaction survives once its write has returned. Both survive the server's end, `kill -9` included: what is
/// committed is in the kernel's hands.
///
/// A write that survives power loss waits for the disk, and takes every earlier write with it, since SQLite's log is one
/// sequence.
enum Durability {
    case processEnd, powerLoss

    /// Entries whose loss the next start makes good go without waiting for the disk.
    ///
    /// - `did(i)`: the step counts as begun but not done, and is undone, or done again.
    /// - `undid(i)`, `retried`: the step is undone again, which is the same as undoing it once.
    ///
    /// `began(i)` waits before the host is touched: were it lost, the undo would not know of step i. What tells a caller
    /// that an operation is over waits too. Nothing waits for an operation that has begun no step: should power fail, it
    /// was never there, and neither was anything it did.
    init(of entries: [JournalEntry]) {
        let waits = entries.contains { entry in
            switch entry {
            case .did, .undid, .retried: false
            case .began, .succeeded, .failing, .failed, .stuck, .accepted: true
            }
        }
        self = waits ? .powerLoss : .processEnd
    }

    /// Takes effect with the next transaction of the connection.
    func apply(to database: Database) throws {
        let statement = try database.cachedStatement(
            sql: self == .powerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
        try statement.execute()
    }
}
