internal import FoundationEssentials
internal import GRDB
internal import Model

/// Reads all records.
struct FleetReader {
    var database: Database

    func fleet() throws -> Fleet {
        let images = try Row.fetchAll(
            database, sql: "SELECT host, digest, pool, volume, last_used, shared FROM image_on_host"
        ).map(image)
        var fleet = Fleet(
            hosts: try records("SELECT record FROM host").sorted { $0.name < $1.name },
            machines: try records("SELECT record FROM machine"), imagesOnHosts: images,
            networks: try records("SELECT record FROM network"))
        for row in try Row.fetchAll(database, sql: "SELECT network, record FROM network_verification") {
            let (name, record): (String, String) = (
                try row.decode(forColumn: "network"), try row.decode(forColumn: "record")
            )
            fleet.verifications[name] = try StoredText.decode(record, as: Verification.self)
        }
        fleet.abandoned = try records("SELECT record FROM abandoned").sorted { $0.sortKey < $1.sortKey }
        return fleet
    }

    private func image(_ row: Row) throws -> ImageOnHost {
        let lastUsed: Double? = try row.decode(forColumn: "last_used")
        let shared: Int64 = try row.decode(forColumn: "shared")
        var image = ImageOnHost(
            host: try row.decode(forColumn: "host"), digest: Digest(try row.decode(forColumn: "digest")),
            volume: VolumeName(pool: try row.decode(forColumn: "pool"), name: try row.decode(forColumn: "volume")),
            lastUsed: lastUsed.flatMap { Date(told: $0) })
        image.isShared = shared != 0
        return image
    }

    private func records<Value: Decodable & Sendable>(_ query: String) throws -> [Value] {
        try StoredText.decode(all: try String.fetchAll(database, sql: query))
    }
}
