/// One numbered change of the schema. A migration that was released is never edited; the next one follows it.
///
/// Its statements are plain SQL that PostgreSQL takes too: TEXT, BIGINT and DOUBLE PRECISION columns, no rowids, no
/// pragmas.
struct Migration {
    var version: Int
    var statements: [String]

    /// All of them, in order, without gaps.
    static let all = [migration1]

    /// The version that this program reads and writes.
    static let newest = all.map(\.version).max() ?? 0
}
