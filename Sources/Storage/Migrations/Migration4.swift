extension Migration {
    /// Webhooks. The record has the key of their signatures, which cannot be a digest: the server signs with it.
    static let migration4 = Migration(
        version: 4, statements: ["CREATE TABLE webhook (name TEXT NOT NULL PRIMARY KEY, record TEXT NOT NULL)"])
}
