internal import GRDB
internal import Model

/// Finds the users of an image's copy, within the transaction that removes the copy from its host. An operation that
/// begins to use the copy later finds in its own transaction that the copy is gone (``removed(_:)``).
struct CopyConflicts {
    var database: Database
    var unfinished: [UnfinishedOperation]

    static func removed(_ image: ImageOnHost) -> Refusal {
        Refusal(
            .imageNotOnHost,
            "the copy of the image (\(image.volume.name)) has just been removed from host \(image.host): try again",
            host: image.host)
    }

    /// Finds a user of a copy.
    ///
    /// - Returns: `imageInUse` with the first user; `nil` if the copy has no user.
    func use(of copy: PrunedCopy, on host: String) throws -> Refusal? {
        if let user = unfinished.first(where: { $0.hostNames.contains(host) && $0.needs(copy.volume) }) {
            return Refusal(.imageInUse, "operation \(user.id.text) needs it", host: host, operation: user.id.text)
        }
        let records = try String.fetchAll(
            database, sql: "SELECT record FROM machine WHERE host = ? AND record LIKE ?",
            arguments: [host, "%\(copy.digest.text)%"])
        for text in records {
            let machine = try StoredText.decode(text, as: Machine.self)
            guard machine.imageFiles.contains(copy.digest) else { continue }
            return Refusal(
                .imageInUse, "machine '\(machine.name)' is made from it", host: host, machine: machine.name)
        }
        return nil
    }
}
