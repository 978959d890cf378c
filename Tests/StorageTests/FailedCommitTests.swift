import Foundation
import GRDB
import Model
import Testing

@testable import Storage

/// A disk that fails at the moment of a commit.
private final class FailingDisk: TransactionObserver {
    struct Broken: Error {}

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseWillCommit() throws { throw Broken() }
    func databaseDidCommit(_ database: Database) {}
    func databaseDidRollback(_ database: Database) {}
}

@Suite("A commit that fails")
struct FailedCommitTests {
    @Test("leaves the records unchanged, and the store usable")
    func memoryIsAsTheFileIs() async throws {
        let folder = try Folder()
        let store = try folder.store()
        try await store.apply([.insertHost(host("h1"))])
        let before = try await store.fleet()
        let disk = FailingDisk()
        store.pool.add(transactionObserver: disk)
        let refused = try await refusal { try await store.apply([.insertHost(host("h2", addresses: ["10.9.0.2"]))]) }
        #expect(refused.code == .storeFailed)
        #expect(try await store.fleet() == before)

        store.pool.remove(transactionObserver: disk)
        try await store.apply([.insertHost(host("h2", addresses: ["10.9.0.2"]))])
        #expect(try await store.fleet().hosts.map(\.name) == ["h1", "h2"])
    }
}
