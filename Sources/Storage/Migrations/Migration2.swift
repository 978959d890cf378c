extension Migration {
    /// Access: principals, teams, tokens, shares, the audit, and the owners of operations.
    ///
    /// `operation.team` and `network_id` are what rights on the operation depend on (`Rights.Object`). Everything
    /// older belongs to the server. A token's secret is stored as its digest only.
    static let migration2 = Migration(
        version: 2,
        statements: [
            "CREATE TABLE principal (name TEXT NOT NULL PRIMARY KEY, record TEXT NOT NULL)",
            "CREATE TABLE team (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, record TEXT NOT NULL)",
            """
            CREATE TABLE token (
                id TEXT NOT NULL PRIMARY KEY,
                principal TEXT NOT NULL REFERENCES principal (name) ON DELETE CASCADE,
                record TEXT NOT NULL
            )
            """,
            "CREATE INDEX token_principal ON token (principal)",
            """
            CREATE TABLE share (
                network TEXT NOT NULL,
                grantee TEXT NOT NULL,
                record TEXT NOT NULL,
                PRIMARY KEY (network, grantee)
            )
            """,
            "CREATE TABLE image_owner (image TEXT NOT NULL PRIMARY KEY, team TEXT NOT NULL)",
            // Append-only. `digest` chains each line to the one before it (`AuditLine`).
            """
            CREATE TABLE audit (
                number BIGINT NOT NULL PRIMARY KEY,
                entry TEXT NOT NULL,
                digest TEXT NOT NULL
            )
            """,
            // The moves of machines within the last hour that count for a team's quota.
            "CREATE TABLE move (team TEXT NOT NULL, time DOUBLE PRECISION NOT NULL, machines BIGINT NOT NULL)",
            "CREATE INDEX move_team ON move (team, time)",
            "ALTER TABLE operation ADD COLUMN team TEXT",
            "ALTER TABLE operation ADD COLUMN network_id TEXT",
            "CREATE INDEX operation_team ON operation (team, number)",
            "CREATE INDEX operation_network ON operation (network_id, number)",
        ])
}
