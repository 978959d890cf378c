/// One numbered change of the schema. A released migration is never edited; later changes are new migrations.
///
/// The statements are plain SQL that PostgreSQL accepts as well: TEXT, BIGINT and DOUBLE PRECISION columns, no rowids,
/// no pragmas.
struct Migration {
    var version: Int
    var statements: [String]

    /// All migrations in order, without gaps.
    static let all = [migration1, migration2, migration3, migration4]

    /// The schema version that this program reads and writes.
    static let newest = all.map(\.version).max() ?? 0
}
