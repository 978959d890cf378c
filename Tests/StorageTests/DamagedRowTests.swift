import Foundation
import GRDB
import Model
import Storage
import Testing

/// Rows that no version of this program wrote. Every reader gets a refusal, and the process does not end.
@Suite("Damaged rows")
struct DamagedRowTests {
    let folder: Folder

    init() async throws {
        folder = try Folder()
        let store = try folder.store()
        try await store.apply([.insertHost(host())])
        try await store.apply([
            .imageIsOnHost(
                ImageOnHost(
                    host: "h1", digest: Digest("d"), volume: VolumeName(pool: "p", name: "v"), lastUsed: moment(1)))
        ])
        try await store.note([HostEvent(.hostUp, host: "h1", words: "w", time: moment(1))])
        var over = operation("o1")
        try await store.begin(over, [])
        try await store.write(.began(0), .did(0), .began(1), .did(1), .succeeded, to: &over)
        var running = operation("o2", "r2")
        try await store.begin(running, [])
        try await store.write(.began(0), to: &running)
        try store.close()
    }

    private func change(_ statement: String) async throws {
        try await DatabaseQueue(path: folder.database).write { try $0.execute(sql: statement) }
    }

    /// The refusals of all read functions of a store with the file.
    private func readAll() async throws -> [Refusal] {
        var refusals: [Refusal] = []
        func attempt(_ body: (SQLStore) async throws -> Void, _ store: SQLStore) async {
            do { try await body(store) } catch {
                refusals.append(error as? Refusal ?? Refusal(.internalError, "\(error)"))
            }
        }
        let store: SQLStore
        do { store = try folder.store() } catch let refusal as Refusal { return [refusal] }
        await attempt({ _ = try await $0.fleet() }, store)
        await attempt({ _ = try await $0.unfinished() }, store)
        await attempt({ for result in try await $0.interrupted() { _ = try result.get() } }, store)
        await attempt({ _ = try await $0.summaries(in: nil, limit: 9) }, store)
        for id in ["o1", "o2"] {
            await attempt({ _ = try await $0.operation(OperationID(id)) }, store)
            await attempt({ _ = try await $0.summary(of: OperationID(id)) }, store)
            await attempt({ _ = try await $0.journal(of: OperationID(id)) }, store)
        }
        await attempt({ _ = try await $0.events(after: 0, host: nil, limit: 9, newest: true) }, store)
        await attempt({ try await $0.begin(operation("o3", "r2"), []) }, store)
        await attempt({ try await $0.apply([.removeHost("h1")]) }, store)
        await attempt({ try await $0.note([HostEvent(.hostUp, host: "h1", words: "w", time: moment(2))]) }, store)
        try? store.close()
        return refusals
    }

    @Test(
        "a value of another type, or a number out of range, is a refusal",
        arguments: [
            "UPDATE event SET time = 'abc'", "UPDATE event SET number = 'abc'", "UPDATE operation SET started = 'abc'",
            "UPDATE operation SET begun = 'abc', steps = NULL", "UPDATE operation SET done = 'abc', steps = NULL",
            "UPDATE operation SET ended = 'abc'", "UPDATE operation SET total = 'abc'",
            "UPDATE operation SET state = 'asleep' WHERE id = 'o1'",
            "UPDATE operation SET failure = x'ff'", "UPDATE operation_plan SET plan = x'ff'",
            "UPDATE operation SET total = 1e300, steps = NULL", "UPDATE operation SET steps = '.'",
            "UPDATE image_on_host SET last_used = 'abc'", "UPDATE image_on_host SET shared = 'abc'",
            "UPDATE image_on_host SET shared = 1e300", "UPDATE host SET record = x'ff'",
            "UPDATE journal SET entry = x'ff'",
        ])
    func damaged(_ statement: String) async throws {
        try await change(statement)
        let refusals = try await readAll()
        #expect(refusals.contains { $0.code == .storeFailed })
        #expect(!refusals.contains { $0.code == .internalError })
    }

    @Test(
        "values that SQLite can convert are read; event numbers at the limits of their range do no harm",
        arguments: [
            "UPDATE event SET words = x'ff'", "UPDATE event SET number = 9223372036854775807",
            "UPDATE event SET number = -9223372036854775808",
            """
            INSERT INTO event (number, time, kind, host, words)
            VALUES (-9223372036854775808, 1, 'nodeUp', 'h1', 'w'), (9223372036854775806, 1, 'nodeUp', 'h1', 'w')
            """, "UPDATE operation SET number = number + 9223372036854775800",
            "UPDATE operation SET started = 1e300", "UPDATE operation SET ended = -1e300",
            "UPDATE event SET time = 1e300",
        ])
    func odd(_ statement: String) async throws {
        try await change(statement)
        #expect(try await !readAll().contains { $0.code == .internalError })
    }

    @Test(
        "a plan whose lanes do not match its steps is never carried out",
        arguments: [
            [0..<9], [-1..<2], [0..<1], [0..<2, 0..<2], [0..<2, 7..<7],
        ])
    func lanes(_ lanes: [Range<Int>]) async throws {
        let store = try folder.store()
        try await store.begin(operation("o3", "r3"), [])
        try store.close()
        let lane = "json_extract(plan, '$.lanes[0]')"
        let changed = lanes.map { "json_set(\(lane), '$.steps', json('[\($0.lowerBound),\($0.upperBound)]'))" }
        try await change(
            """
            UPDATE operation_plan SET plan = json_set(plan, '$.lanes', json_array(\(changed.joined(separator: ", "))))
            WHERE operation = 'o3'
            """)
        let again = try folder.store()
        let results = try await again.interrupted()
        #expect(results.count == 2)
        #expect(results.compactMap { if case .failure(let refusal) = $0 { refusal.operation } else { nil } } == ["o3"])
        #expect(try await refusal { _ = try await again.operation(OperationID("o3")) }.code == .storeFailed)
    }

    @Test(
        "an impossible journal is a refusal",
        arguments: [
            #"{"began":{"_0":9}}"#, #"{"began":{"_0":-1}}"#, #"{"did":{"_0":9223372036854775807}}"#,
            #"{"undid":{"_0":0}}"#,
            #"{"accepted":{}}"#, "{}", "null",
        ])
    func journal(_ entry: String) async throws {
        try await change("UPDATE journal SET entry = '\(entry)' WHERE operation = 'o2'")
        #expect(try await readAll().contains { $0.code == .storeFailed || $0.code == .internalError })
    }
}
