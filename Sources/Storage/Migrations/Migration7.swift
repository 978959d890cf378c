extension Migration {
    /// What was given up with hosts that did not answer: the JSON of the model's value. It outlives the host's record.
    static let migration7 = Migration(
        version: 7,
        statements: [
            """
            CREATE TABLE abandoned (
                id TEXT NOT NULL PRIMARY KEY,
                node TEXT NOT NULL,
                record TEXT NOT NULL
            )
            """
        ])
}
