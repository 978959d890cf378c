extension Migration {
    /// The whole schema: hosts, machines, files on hosts, networks, operations with their journals, events.
    ///
    /// Values that are unique, searched or often changed have columns of their own. `record`, `plan`, `failure`, `told`
    /// and `entry` are the JSON of model values. Times are seconds since 1970.
    static let migration1 = Migration(version: 1, statements: hosts + networks + operations + events)

    private static let hosts = [
        """
        CREATE TABLE host (
            name TEXT NOT NULL PRIMARY KEY,
            uri TEXT UNIQUE,
            record TEXT NOT NULL
        )
        """,
        """
        CREATE TABLE host_address (
            address TEXT NOT NULL PRIMARY KEY,
            host TEXT NOT NULL REFERENCES host (name) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX host_address_host ON host_address (host)",
        """
        CREATE TABLE machine (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            host TEXT NOT NULL REFERENCES host (name),
            address TEXT UNIQUE,
            mac TEXT,
            record TEXT NOT NULL
        )
        """,
        "CREATE INDEX machine_host ON machine (host)",
        // `shared`: 1 if several hosts have the storage that holds the copy.
        """
        CREATE TABLE image_on_host (
            host TEXT NOT NULL REFERENCES host (name) ON DELETE CASCADE,
            digest TEXT NOT NULL,
            pool TEXT NOT NULL,
            volume TEXT NOT NULL,
            last_used DOUBLE PRECISION,
            shared BIGINT NOT NULL,
            PRIMARY KEY (host, digest)
        )
        """,
        // Machines and networks abandoned with hosts that did not answer. A row outlives the host's record.
        """
        CREATE TABLE abandoned (
            id TEXT NOT NULL PRIMARY KEY,
            host TEXT NOT NULL,
            record TEXT NOT NULL
        )
        """,
    ]

    private static let networks = [
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
        // The result of the network's last proof. It is deleted with the network's record, and also when the record is
        // replaced.
        """
        CREATE TABLE network_verification (
            network TEXT NOT NULL PRIMARY KEY REFERENCES network (name) ON DELETE CASCADE,
            record TEXT NOT NULL
        )
        """,
    ]

    private static let operations = [
        // `number` counts operations in the order in which they began. The subject of an operation is a machine on its
        // host, a host, or a network. `begun` and `step`: index and name of the last step that was begun. `steps` has a
        // letter for each step (`Operation.StepState`) of an operation that is over. `told`: the reason for the
        // failure, if its wording differs from `failure`. `bytes`: size of the plan.
        """
        CREATE TABLE operation (
            id TEXT NOT NULL PRIMARY KEY,
            number BIGINT NOT NULL UNIQUE,
            service TEXT NOT NULL,
            host TEXT,
            machine TEXT,
            network TEXT,
            state TEXT NOT NULL,
            begun BIGINT,
            step TEXT,
            done BIGINT NOT NULL,
            total BIGINT NOT NULL,
            steps TEXT,
            failure TEXT,
            stuck_on TEXT,
            told TEXT,
            started DOUBLE PRECISION NOT NULL,
            ended DOUBLE PRECISION,
            bytes BIGINT NOT NULL,
            CHECK ((network IS NULL) <> (host IS NULL) AND (machine IS NULL OR host IS NOT NULL))
        )
        """,
        "CREATE INDEX operation_state ON operation (state, number)",
        // A separate table: the operation's row changes with every entry, and would be rewritten with the plan each
        // time.
        """
        CREATE TABLE operation_plan (
            operation TEXT NOT NULL PRIMARY KEY REFERENCES operation (id) ON DELETE CASCADE,
            plan TEXT NOT NULL
        )
        """,
        // The claims of unfinished operations: a machine on its host, a host, or a network.
        """
        CREATE TABLE operation_claim (
            host TEXT,
            machine TEXT,
            network TEXT,
            operation TEXT NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
            CHECK ((network IS NULL) <> (host IS NULL) AND (machine IS NULL OR host IS NOT NULL))
        )
        """,
        """
        CREATE UNIQUE INDEX operation_claim_machine ON operation_claim (host, machine) WHERE machine IS NOT NULL
        """,
        """
        CREATE UNIQUE INDEX operation_claim_node ON operation_claim (host) WHERE machine IS NULL AND host IS NOT NULL
        """,
        "CREATE UNIQUE INDEX operation_claim_network ON operation_claim (network) WHERE network IS NOT NULL",
        "CREATE INDEX operation_claim_operation ON operation_claim (operation)",
        """
        CREATE TABLE journal (
            operation TEXT NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
            sequence BIGINT NOT NULL,
            written DOUBLE PRECISION NOT NULL,
            entry TEXT NOT NULL,
            PRIMARY KEY (operation, sequence)
        )
        """,
    ]

    /// Events are numbered in the order in which they were recorded.
    private static let events = [
        """
        CREATE TABLE event (
            number BIGINT NOT NULL PRIMARY KEY,
            time DOUBLE PRECISION NOT NULL,
            kind TEXT NOT NULL,
            host TEXT NOT NULL,
            machine TEXT,
            words TEXT NOT NULL
        )
        """,
        "CREATE INDEX event_host ON event (host, number)",
    ]
}
