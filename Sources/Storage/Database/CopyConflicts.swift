internal import GRDB
internal import Model

/// Finds out, in the transaction in which the copy of an image's file is to leave a host, who needs it. Whoever begins to
/// need it later finds in its own transaction that it is gone (``gone(_:)``).
struct CopyConflicts {
    var database: Database

    static func gone(_ image: ImageOnNode) -> Refusal {
        Refusal(
            .imageNotOnHost,
            "the copy of the image (\(image.volume.name)) has just been swept from host \(image.node): ask again",
            node: image.node)
    }

    /// - Returns: `imageInUse`; `nil` when nobody needs it.
    func use(of copy: SweptCopy, on node: String) throws -> Refusal? {
        if let operation = try operation(needing: copy.volume, on: node) {
            return Refusal(.imageInUse, "operation \(operation) needs it", node: node, operation: operation)
        }
        let records = try String.fetchAll(
            database, sql: "SELECT record FROM machine WHERE node = ? AND record LIKE ?",
            arguments: [node, "%\(copy.digest.text)%"])
        for text in records {
            let machine = try StoredText.decode(text, as: Machine.self)
            guard machine.imageFiles?.contains(copy.digest) ?? false else { continue }
            return Refusal(
                .imageInUse, "machine '\(machine.name)' is made from it", node: node, machine: machine.name)
        }
        return nil
    }

    private func operation(needing volume: VolumeName, on node: String) throws -> String? {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT operation, plan FROM operation_plan
                WHERE operation IN (SELECT operation FROM operation_claim WHERE node = ?) AND plan LIKE ?
                """, arguments: [node, "%\(volume.name)%"])
        for row in rows {
            let text: String = row["plan"]
            if try StoredText.decode(text, as: Plan.self).needs(volume) { return row["operation"] }
        }
        return nil
    }
}
