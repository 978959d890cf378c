internal import Crypto
internal import GRDB
package import Model
internal import Synchronization

extension SQLStore {
    package func audit(_ entry: AuditEntry) async throws(Refusal) -> Int64 {
        let number = Mutex<Int64>(0)
        try await write([], .powerLoss) { database in
            let last = try Row.fetchOne(database, sql: "SELECT number, digest FROM audit ORDER BY number DESC LIMIT 1")
            let previous: Model.Digest? = try last.map { Model.Digest(try $0.decode(forColumn: "digest")) }
            let next = (try last.map { try $0.decode(Int64.self, forColumn: "number") } ?? 0).plus(1)
            let text = try StoredText.encode(entry)
            let digest = Self.digest(of: AuditLine.chained(after: previous, number: next, text: text))
            try database.cachedStatement(sql: "INSERT INTO audit (number, entry, digest) VALUES (?, ?, ?)")
                .execute(arguments: [next, text, digest.text])
            number.withLock { $0 = next }
        }
        return number.withLock { $0 }
    }

    package func auditLines(after number: Int64, limit: Int) async throws(Refusal) -> [AuditLine] {
        try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT number, entry, digest FROM audit WHERE number > ? ORDER BY number LIMIT ?")
            return try Row.fetchAll(statement, arguments: [number, max(limit, 0)]).map { row in
                let text: String = try row.decode(forColumn: "entry")
                return AuditLine(
                    number: try row.decode(forColumn: "number"), text: text, entry: try StoredText.decode(text),
                    digest: Model.Digest(try row.decode(forColumn: "digest")))
            }
        }
    }

    private static func digest(of text: String) -> Model.Digest {
        FileHash.text(SHA256.hash(data: Array(text.utf8)))
    }
}
