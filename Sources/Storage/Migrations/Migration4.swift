extension Migration {
    /// Virtual networks; operations that touch many machines on many hosts.
    ///
    /// `steps` has a letter for each step (`Operation.StepState`) of an operation that is over. It is null where an older
    /// program wrote the row: `begun`, `done` and `undo_next` then say the same of a plan that goes step by step.
    static let migration4 = Migration(
        version: 4,
        statements: [
            """
            CREATE TABLE network (
                name TEXT NOT NULL PRIMARY KEY,
                record TEXT NOT NULL
            )
            """,
            """
            CREATE TABLE network_vni (
                vni BIGINT NOT NULL PRIMARY KEY,
                network TEXT NOT NULL REFERENCES network (name) ON DELETE CASCADE
            )
            """,
            "CREATE INDEX network_vni_network ON network_vni (network)",
            // What an unfinished operation keeps others from touching: a machine, or with an empty node a network.
            """
            CREATE TABLE operation_claim (
                node TEXT NOT NULL,
                name TEXT NOT NULL,
                operation TEXT NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
                PRIMARY KEY (node, name)
            )
            """,
            "CREATE INDEX operation_claim_operation ON operation_claim (operation)",
            """
            INSERT INTO operation_claim (node, name, operation)
            SELECT node, machine, id FROM operation WHERE state IN ('running', 'undoing', 'stuck')
            """,
            "DROP INDEX operation_unfinished",
            "ALTER TABLE operation ADD COLUMN steps TEXT",
            // Beside the row that changes with every entry, which would be written anew with the plan each time.
            """
            CREATE TABLE operation_plan (
                operation TEXT NOT NULL PRIMARY KEY REFERENCES operation (id) ON DELETE CASCADE,
                plan TEXT NOT NULL
            )
            """,
            "INSERT INTO operation_plan (operation, plan) SELECT id, plan FROM operation",
            "ALTER TABLE operation DROP COLUMN plan",
        ])
}
