extension Migration {
    /// What is told of operations without their plans, which may be large: the network they concern, the last step that was
    /// begun, how many steps there are, why one failed in other words than its failure's, and bytes of its plan.
    static let migration8 = Migration(
        version: 8,
        statements: [
            "ALTER TABLE operation ADD COLUMN network TEXT",
            "ALTER TABLE operation ADD COLUMN step TEXT",
            "ALTER TABLE operation ADD COLUMN total BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE operation ADD COLUMN told TEXT",
            "ALTER TABLE operation ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0",
        ], fill: SummaryRows.fill)
}
