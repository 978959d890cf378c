extension Migration {
    /// Hosts, machines, files on hosts, operations and their journals.
    ///
    /// Columns stand for what is unique, searched or often changed; `record`, `plan`, `failure` and `entry` are the JSON
    /// of the model's value. Times are seconds since 1970.
    static let migration1 = Migration(
        version: 1,
        statements: [
            """
            CREATE TABLE node (
                name TEXT NOT NULL PRIMARY KEY,
                uri TEXT UNIQUE,
                record TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE node_address (
                address TEXT NOT NULL PRIMARY KEY,
                node TEXT NOT NULL REFERENCES node (name) ON DELETE CASCADE
            )
            """,
            "CREATE INDEX node_address_node ON node_address (node)",
            """
            CREATE TABLE machine (
                id TEXT NOT NULL PRIMARY KEY,
                name TEXT NOT NULL UNIQUE,
                node TEXT NOT NULL REFERENCES node (name),
                address TEXT UNIQUE,
                mac TEXT,
                record TEXT NOT NULL
            )
            """,
            "CREATE INDEX machine_node ON machine (node)",
            """
            CREATE TABLE image_on_node (
                node TEXT NOT NULL REFERENCES node (name) ON DELETE CASCADE,
                digest TEXT NOT NULL,
                pool TEXT NOT NULL,
                volume TEXT NOT NULL,
                PRIMARY KEY (node, digest)
            )
            """,
            // `number` counts operations in the order of their begin.
            """
            CREATE TABLE operation (
                id TEXT NOT NULL PRIMARY KEY,
                number BIGINT NOT NULL UNIQUE,
                service TEXT NOT NULL,
                node TEXT NOT NULL,
                machine TEXT NOT NULL,
                state TEXT NOT NULL,
                begun BIGINT NOT NULL,
                done BIGINT NOT NULL,
                undo_next BIGINT,
                failure TEXT,
                started DOUBLE PRECISION NOT NULL,
                ended DOUBLE PRECISION,
                plan TEXT NOT NULL
            )
            """,
            "CREATE INDEX operation_state ON operation (state, number)",
            // At most one unfinished operation on a machine.
            """
            CREATE UNIQUE INDEX operation_unfinished ON operation (node, machine)
            WHERE state IN ('running', 'undoing', 'stuck')
            """,
            """
            CREATE TABLE journal (
                operation TEXT NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
                sequence BIGINT NOT NULL,
                written DOUBLE PRECISION NOT NULL,
                entry TEXT NOT NULL,
                PRIMARY KEY (operation, sequence)
            )
            """,
        ])
}
