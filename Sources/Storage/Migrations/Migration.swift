internal import GRDB

/// One numbered change of the schema. A migration that was released is never edited; the next one follows it.
///
/// Its statements are plain SQL that PostgreSQL takes too: TEXT, BIGINT and DOUBLE PRECISION columns, no rowids, no
/// pragmas.
struct Migration {
    var version: Int
    var statements: [String]
    /// What SQL cannot reckon, after the statements and in their transaction.
    var fill: @Sendable (Database) throws -> Void = { _ in }

    /// All of them, in order, without gaps.
    static let all = [migration1, migration2, migration3, migration4, migration5, migration6, migration7, migration8]

    /// The version that this program reads and writes.
    static let newest = all.map(\.version).max() ?? 0
}
