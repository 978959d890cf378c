extension Migration {
    /// Events name their network.
    static let migration3 = Migration(version: 3, statements: ["ALTER TABLE event ADD COLUMN network TEXT"])
}
