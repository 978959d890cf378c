extension Migration {
    /// What was found when networks were proven last: the JSON of the model's value. It goes with the network's record, so
    /// also when that is replaced by another.
    static let migration6 = Migration(
        version: 6,
        statements: [
            """
            CREATE TABLE network_verification (
                network TEXT NOT NULL PRIMARY KEY REFERENCES network (name) ON DELETE CASCADE,
                record TEXT NOT NULL
            )
            """
        ])
}
