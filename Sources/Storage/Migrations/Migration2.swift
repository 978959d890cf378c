extension Migration {
    /// Events, numbered in the order in which they were recorded; why an operation is stuck, beside why it failed.
    static let migration2 = Migration(
        version: 2,
        statements: [
            """
            CREATE TABLE event (
                number BIGINT NOT NULL PRIMARY KEY,
                time DOUBLE PRECISION NOT NULL,
                kind TEXT NOT NULL,
                node TEXT NOT NULL,
                machine TEXT,
                words TEXT NOT NULL
            )
            """,
            "CREATE INDEX event_node ON event (node, number)",
            "ALTER TABLE operation ADD COLUMN stuck_on TEXT",
        ])
}
