internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads all records.
struct FleetReader {
    var database: Database

    func fleet() throws -> Fleet {
        let images = try Row.fetchAll(
            database, sql: "SELECT node, digest, pool, volume, last_used, shared FROM image_on_node"
        ).map { row in
            var image = ImageOnNode(
                node: row["node"], digest: Digest(row["digest"]),
                volume: VolumeName(pool: row["pool"], name: row["volume"]),
                lastUsed: (row["last_used"] as Double?).flatMap { Date(told: $0) })
            if row["shared"] as Int64 != 0 { image.isShared = true }
            return image
        }
        var fleet = Fleet(
            nodes: try records("SELECT record FROM node").sorted { $0.name < $1.name },
            machines: try records("SELECT record FROM machine").sorted { $0.name < $1.name },
            imagesOnNodes: images.sorted { $0.sortKey < $1.sortKey },
            networks: try records("SELECT record FROM network").sorted { $0.name < $1.name })
        for row in try Row.fetchAll(database, sql: "SELECT network, record FROM network_verification") {
            fleet.verifications[row["network"]] = try StoredText.decode(row["record"], as: Verification.self)
        }
        fleet.abandoned = try records("SELECT record FROM abandoned").sorted { $0.sortKey < $1.sortKey }
        return fleet
    }

    private func records<Value: Decodable>(_ query: String) throws -> [Value] {
        try String.fetchAll(database, sql: query).map { try StoredText.decode($0) }
    }
}
