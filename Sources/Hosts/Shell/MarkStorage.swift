/// What the script `mark-storage` does with marks.
enum StorageVerb: String, Sendable { case look, mark, unmark }
