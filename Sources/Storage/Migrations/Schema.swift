internal import GRDB
internal import Model

/// Brings a database's schema to the newest version.
enum Schema {
    /// Applies the missing migrations, each in a transaction.
    ///
    /// - Throws: `storeFailed` for a database that a newer program wrote; other SQLite errors.
    static func migrate(_ database: Database, path: String) throws {
        try database.execute(sql: "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)")
        let found = try Int.fetchOne(database, sql: "SELECT MAX(version) FROM schema_version") ?? 0
        guard found <= Migration.newest else {
            throw Refusal(
                .storeFailed,
                "the database \(path) has schema version \(found); this vmsd knows versions up to \(Migration.newest): "
                    + "start the vmsd that wrote it, or a newer one")
        }
        for migration in Migration.all where migration.version > found {
            try database.inTransaction(.immediate) {
                for statement in migration.statements { try database.execute(sql: statement) }
                try database.execute(
                    sql: "INSERT INTO schema_version (version) VALUES (?)", arguments: [migration.version])
                return .commit
            }
        }
    }
}
