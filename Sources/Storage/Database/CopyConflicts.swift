internal import GRDB
internal import Model

/// Finds out, in the transaction in which the copy of an image's file is to leave a host, who needs it. Whoever begins to
/// need it later finds in its own transaction that it is gone (``gone(_:)``).
struct CopyConflicts {
    var database: Database
    var unfinished: [UnfinishedOperation]

    static func gone(_ image: ImageOnHost) -> Refusal {
        Refusal(
            .imageNotOnHost,
            "the copy of the image (\(image.volume.name)) has just been swept from host \(image.host): ask again",
            host: image.host)
    }

    /// - Returns: `imageInUse`; `nil` when nobody needs it.
    func use(of copy: SweptCopy, on host: String) throws -> Refusal? {
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
