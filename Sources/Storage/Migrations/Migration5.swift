extension Migration {
    /// Copies of images on storage that several hosts have.
    static let migration5 = Migration(
        version: 5, statements: ["ALTER TABLE image_on_node ADD COLUMN shared BIGINT NOT NULL DEFAULT 0"])
}
