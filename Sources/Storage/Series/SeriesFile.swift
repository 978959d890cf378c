internal import Control
internal import FoundationEssentials
internal import GRDB
package import Logging
package import Model
internal import Synchronization

/// Statistics over time in an SQLite file of their own, which does not wait for the disk. A damaged file is replaced by
/// an empty one.
///
/// Each object has a fixed number of places for each step, and a new point takes the place of the oldest one. So the
/// file never grows beyond its limit, and nothing has to be searched for and deleted.
package final class SeriesFile: StatisticsArchive {
    /// Bytes of a point on disk, with its key and SQLite's overhead; measured by `SeriesFileTests`.
    static let bytesPerPoint: Int64 = 60

    private let path: String
    private let mostBytes: Int64
    private let finest: Int64
    private let log: Logger
    private struct State {
        var queue: DatabaseQueue?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - path: a file in a folder that exists.
    ///   - mostMiB: limit of the file's size.
    ///   - finest: the least step in seconds: the period of the samples.
    package init(at path: String, mostMiB: Int, finest: Int64, log: Logger) {
        (self.path, self.finest, self.log) = (path, finest, log)
        mostBytes = Int64(clamping: mostMiB).times(1 << 20)
        _ = opened()
    }

    package func steps(forObjects count: Int) -> [SeriesStep] {
        let objects = Int64(clamping: max(1, count))
        let coarse = SeriesStep.all(finest: 300)
        let choices =
            [finest, 10, 20, 30, 60, 120].filter { $0 >= finest && $0 < 300 }.map { SeriesStep.all(finest: $0) }
            + [coarse, Array(coarse.dropFirst())]
        return choices.first { steps in
            let points = steps.reduce(Int64(0)) { $0.plus($1.count) }
            return points.times(Self.bytesPerPoint).times(objects) <= mostBytes
        } ?? []
    }

    package func append(_ points: [SeriesBuckets.Closed]) async throws(Refusal) {
        guard !points.isEmpty else { return }
        try await run { database in
            try database.inTransaction(.immediate) {
                for point in points {
                    let object = try Self.number(of: point.object.key, database)
                    let values = try Self.sum(point, object, database)
                    try database.cachedStatement(
                        sql: "INSERT OR REPLACE INTO point (object, step, place, start, data) VALUES (?, ?, ?, ?, ?)"
                    ).execute(arguments: [
                        object, point.step.seconds, point.point.start / point.step.seconds % point.step.count,
                        point.point.start, Data(values.bytes),
                    ])
                }
                return .commit
            }
        }
    }

    package func points(
        of object: SeriesObject, _ step: SeriesStep, from: Int64
    ) async throws(Refusal) -> [SeriesPoint] {
        try await run { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT start, data FROM point JOIN object ON object.id = point.object
                    WHERE name = ? AND step = ? AND start >= ? ORDER BY start
                    """, arguments: [object.key, step.seconds, from])
            return try rows.map { row in
                let data: Data = try row.decode(forColumn: "data")
                return SeriesPoint(
                    start: try row.decode(forColumn: "start"), values: SeriesValues(bytes: Array(data)))
            }
        }
    }

    package func totals() async throws(Refusal) -> [MachineID: MachineTotals] {
        try await run { database in
            let decoder = JSONDecoder()
            return try Row.fetchAll(database, sql: "SELECT machine, data FROM total").reduce(into: [:]) { totals, row in
                let (id, data): (String, Data) = (
                    try row.decode(forColumn: "machine"), try row.decode(forColumn: "data")
                )
                // One of another version begins anew.
                totals[MachineID(id)] = try? decoder.decode(MachineTotals.self, from: data)
            }
        }
    }

    package func save(_ totals: [MachineID: MachineTotals], gone: Set<MachineID>) async throws(Refusal) {
        try await run { database in
            let encoder = JSONEncoder()
            try database.inTransaction(.immediate) {
                for (id, total) in totals {
                    try database.cachedStatement(sql: "INSERT OR REPLACE INTO total (machine, data) VALUES (?, ?)")
                        .execute(arguments: [id.text, try encoder.encode(total)])
                }
                for id in gone {
                    try database.execute(sql: "DELETE FROM total WHERE machine = ?", arguments: [id.text])
                    for name in ["machine \(id.text)", "port \(id.text)"] { try Self.remove(name, database) }
                }
                return .commit
            }
        }
    }

    package func tidy(_ steps: [SeriesStep], objects: Set<SeriesObject>) async throws(Refusal) {
        try await run { database in
            let names = Set(objects.map(\.key))
            let known = try Row.fetchAll(database, sql: "SELECT id, name FROM object")
            try database.inTransaction(.immediate) {
                let seconds = steps.map { "\($0.seconds)" }.joined(separator: ",")
                try database.execute(sql: "DELETE FROM point WHERE step NOT IN (\(seconds))")
                for row in known where !names.contains(try row.decode(forColumn: "name")) {
                    let id: Int64 = try row.decode(forColumn: "id")
                    try database.execute(sql: "DELETE FROM point WHERE object = ?", arguments: [id])
                    try database.execute(sql: "DELETE FROM object WHERE id = ?", arguments: [id])
                }
                return .commit
            }
        }
    }

    /// Closes the file.
    package func close() {
        let queue = state.withLock { state in
            defer { state = State(queue: nil, isClosed: true) }
            return state.queue
        }
        try? queue?.close()
    }

    /// The values to store: of a sum, with those of the same step from before the server's restart.
    private static func sum(
        _ point: SeriesBuckets.Closed, _ object: Int64, _ database: Database
    ) throws -> SeriesValues {
        var values = point.point.values
        guard point.object.isSum else { return values }
        let known = try database.cachedStatement(
            sql: "SELECT data FROM point WHERE object = ? AND step = ? AND start = ?")
        if let data = try Data.fetchOne(known, arguments: [object, point.step.seconds, point.point.start]) {
            values.add(SeriesValues(bytes: Array(data)))
        }
        return values
    }

    private static func number(of name: String, _ database: Database) throws -> Int64 {
        let known = try database.cachedStatement(sql: "SELECT id FROM object WHERE name = ?")
        if let id = try Int64.fetchOne(known, arguments: [name]) { return id }
        try database.execute(sql: "INSERT INTO object (name) VALUES (?)", arguments: [name])
        return database.lastInsertedRowID
    }

    /// Removes the object of this name, and those whose names continue it with a space.
    private static func remove(_ name: String, _ database: Database) throws {
        let names = "name = ? OR name >= ? AND name < ?"
        let arguments: StatementArguments = [name, name + " ", name + "!"]
        try database.execute(
            sql: "DELETE FROM point WHERE object IN (SELECT id FROM object WHERE \(names))", arguments: arguments)
        try database.execute(sql: "DELETE FROM object WHERE \(names)", arguments: arguments)
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Refusal) -> Value {
        guard let queue = opened() else {
            throw Refusal(.storeFailed, "the file of statistics cannot be used: the server's log has the reason")
        }
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                continuation.resume(returning: Result { try body(database) })
            }
        }
        do {
            return try result.get()
        } catch DatabaseError.SQLITE_CORRUPT, DatabaseError.SQLITE_NOTADB {
            replace(queue)
            throw Refusal(.storeFailed, "the file of statistics was damaged, and is empty now")
        } catch DatabaseError.SQLITE_FULL {
            throw Refusal(.storageFull, "the file of statistics is full, or its disk")
        } catch {
            throw Refusal(
                .storeFailed, "the file of statistics cannot be read or written", detail: "\(path): \(error)")
        }
    }

    /// The open file, which is opened if it is not: an attempt may have failed for want of space or descriptors.
    ///
    /// - Returns: `nil` if it cannot be opened, or was closed.
    private func opened() -> DatabaseQueue? {
        state.withLock { state in
            guard state.queue == nil, !state.isClosed else { return state.queue }
            do {
                state.queue = try open()
            } catch DatabaseError.SQLITE_CORRUPT, DatabaseError.SQLITE_NOTADB {
                state.queue = openEmpty()
            } catch {
                log.warning(
                    "the file of statistics cannot be opened", metadata: ["path": "\(path)", "error": "\(error)"])
            }
            return state.queue
        }
    }

    private func open() throws -> DatabaseQueue {
        try DatabaseFile(path: path).prepare()
        let pages = max(64, mostBytes / 4096)
        var configuration = Configuration()
        configuration.label = "series"
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            // Power loss may damage the file: it is then replaced.
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = OFF")
            try database.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { database in
            for statement in Self.schema { try database.execute(sql: statement) }
            // Reads the file's header and the root of each table.
            _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM object")
        }
        return queue
    }

    /// Replaces a damaged file, unless another call has done so.
    private func replace(_ damaged: DatabaseQueue) {
        state.withLock { state in
            guard state.queue === damaged else { return }
            try? damaged.close()
            state.queue = openEmpty()
        }
    }

    private func openEmpty() -> DatabaseQueue? {
        log.warning("the file of statistics is damaged, and is replaced by an empty one", metadata: ["path": "\(path)"])
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        do { return try open() } catch {
            log.error(
                "the file of statistics cannot be created", metadata: ["path": "\(path)", "error": "\(error)"])
            return nil
        }
    }

    private static let schema = [
        "CREATE TABLE IF NOT EXISTS object (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
        """
        CREATE TABLE IF NOT EXISTS point (
            object INTEGER NOT NULL, step INTEGER NOT NULL, place INTEGER NOT NULL, start INTEGER NOT NULL,
            data BLOB NOT NULL, PRIMARY KEY (object, step, place)
        ) WITHOUT ROWID
        """,
        "CREATE TABLE IF NOT EXISTS total (machine TEXT NOT NULL PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID",
    ]
}
