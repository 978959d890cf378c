internal import GRDB
internal import Model

/// What a transaction survives once its write has returned. Both survive the server's end, `kill -9` included: what is
/// committed is in the kernel's hands.
///
/// A write that survives power loss waits for the disk, and takes every earlier write with it, since SQLite's log is one
/// sequence.
enum Durability {
    case processEnd, powerLoss

    /// Of an operation's begin. No host is touched before `began(0)`, which takes it along: should power fail between
    /// the two, the operation was never there, and neither was anything it did.
    static let begin = Durability.processEnd

    /// Entries whose loss the next start makes good go without waiting for the disk, so that a creation of two steps
    /// waits three times instead of six.
    ///
    /// - `did(i)`: the step counts as begun but not done, and is undone, or done again. The entry that follows waits.
    /// - `undid(i)`, `retried`: the step is undone again, which is the same as undoing it once.
    ///
    /// `began(i)` waits before the host is touched: were it lost, the undo would not know of step i. What tells a caller
    /// that an operation is over waits too.
    init(of entry: JournalEntry) {
        self =
            switch entry {
            case .did, .undid, .retried: .processEnd
            case .began, .succeeded, .failing, .failed, .stuck, .accepted: .powerLoss
            }
    }

    /// Takes effect with the next transaction of the connection.
    func apply(to database: Database) throws {
        try database.execute(sql: self == .powerLoss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL")
    }
}
