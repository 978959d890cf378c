import Foundation
import GRDB
import Model
import Storage
import Testing

@Suite("Opening the store")
struct OpeningTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }

    @Test("only the owner may use folder and files")
    func permissions() async throws {
        let store = try folder.store()
        try await store.apply([.insertHost(host())])
        #expect(try mode(folder.path + "/data") == 0o700)
        for suffix in ["", "-wal", "-shm", ".lock"] { #expect(try mode(folder.database + suffix) == 0o600) }
    }

    @Test("a database readable by others is protected; a folder with other files keeps its mode")
    func tightened() throws {
        try folder.write("", to: "data/vms.sqlite")
        chmod(folder.database, 0o644)
        chmod(folder.path + "/data", 0o755)
        let store = try folder.store()
        #expect(try mode(folder.database) == 0o600)
        #expect(try mode(folder.path + "/data") == 0o755)
        withExtendedLifetime(store) {}
    }

    @Test("a folder in which others may write is refused, with the command that mends it", arguments: [0o770, 0o757])
    func open(mode: UInt16) throws {
        try folder.write("", to: "data/other")
        chmod(folder.path + "/data", mode_t(mode))
        let refusal = #expect(throws: Refusal.self) { try folder.store() }
        #expect(refusal?.code == .storeFailed)
        #expect(refusal?.reason.contains("chmod go-w '\(folder.path)/data'") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/data") == ["other"])
        chmod(folder.path + "/data", 0o755)
        try folder.store().close()
    }

    @Test("an empty file becomes a database, and an old one opens again")
    func migrations() async throws {
        try folder.write("", to: "data/vms.sqlite")
        let store = try folder.store()
        try await store.apply([.insertHost(host())])
        try store.close()
        #expect(try await folder.store().fleet().hosts == [host()])
        let tables = try await DatabaseQueue(path: folder.database).read { database in
            try String.fetchSet(
                database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        }
        let expected: Set = [
            "schema_version", "host", "host_address", "machine", "image_on_host", "operation", "journal", "event",
            "webhook",
            "network", "network_vni", "operation_claim", "operation_plan", "network_verification", "principal",
            "team", "token", "share", "image_owner", "audit", "abandoned", "move",
        ]
        #expect(tables == expected)
    }

    @Test("a newer program's database is refused and left unchanged")
    func newer() async throws {
        let store = try folder.store()
        try await store.apply([.insertHost(host())])
        try store.close()
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { try $0.execute(sql: "INSERT INTO schema_version (version) VALUES (99)") }
        let found = try await refusal { _ = try folder.store() }
        #expect(found.code == .storeFailed)
        #expect(found.reason.contains("has schema version 99; this vmsd knows versions up to 4"))
        try await queue.write { try $0.execute(sql: "DELETE FROM schema_version WHERE version = 99") }
        #expect(try await folder.store().fleet().hosts.count == 1)
    }

    @Test("a file that is no database is refused and left unchanged", arguments: [100, 5000])
    func noDatabase(size: Int) async throws {
        let rubbish = [UInt8](repeating: 0x41, count: size)
        try folder.write(rubbish, to: "data/vms.sqlite")
        let found = try await refusal { _ = try folder.store() }
        #expect(found.code == .storeFailed)
        #expect(found.reason.hasPrefix("the database is damaged, or is no database"))
        #expect(found.reason.contains(folder.database))
        #expect(FileManager.default.contents(atPath: folder.database) == Data(rubbish))
    }

    @Test("a folder that cannot be created is refused, and so is a symbolic link in place of the file")
    func noFolder() async throws {
        try folder.write("", to: "data")
        let found = try await refusal { _ = try folder.store() }
        #expect(found.code == .storeFailed)
        #expect(found.reason.contains("\(folder.path)/data"))

        let other = try Folder()
        try other.write("", to: "elsewhere")
        try other.write("", to: "data/x")
        try FileManager.default.createSymbolicLink(
            atPath: other.database, withDestinationPath: other.path + "/elsewhere")
        let link = try await refusal { _ = try other.store() }
        #expect(link.reason.hasPrefix("\(other.database) cannot be opened"))
    }

    @Test("a second store on the file is refused until the first one is closed")
    func locked() async throws {
        let store = try folder.store()
        let found = try await refusal { _ = try folder.store() }
        #expect(found.code == .storeFailed)
        #expect(found.reason.hasPrefix("another vmsd uses this data folder"))
        #expect(found.reason.contains(folder.database + ".lock"))
        try store.close()
        _ = try folder.store()
        let closed = try await refusal { try await store.apply([.insertHost(host())]) }
        #expect(closed.code == .storeFailed)
        let unread = try await refusal { _ = try await store.summaries(in: nil, limit: 1) }
        #expect(unread.code == .storeFailed)
    }

    @Test("old finished operations are deleted at the start with their journals; unfinished ones stay")
    func trim() async throws {
        let store = try folder.store()
        for index in 1...6 {
            var operation = operation("o\(index)", "r\(index)", steps: 0)
            try await store.begin(operation, [])
            if index != 2 { try await store.write(.succeeded, to: &operation) }
        }
        try store.close()
        let again = try folder.store(keptOperations: 3)
        #expect(try await again.operations(in: nil, limit: 100).map(\.id.text) == ["o6", "o5", "o4", "o2"])
        #expect(try await again.journal(of: OperationID("o1")).isEmpty)
        #expect(try await again.journal(of: OperationID("o4")) == [.succeeded])
        // Numbering continues.
        try await again.begin(operation("o7", "r7"), [])
        #expect(try await again.operations(in: nil, limit: 1).map(\.id.text) == ["o7"])
    }

    @Test("old finished operations are deleted while the server runs, too")
    func trimWhileUsed() async throws {
        let store = try folder.store(keptOperations: 40)
        for index in 1...200 {
            var operation = operation("o\(index)", "r\(index)", steps: 0)
            try await store.begin(operation, [])
            if index != 2 { try await store.write(.succeeded, to: &operation) }
        }
        let left = try await store.operations(in: nil, limit: 1000).map(\.id.text)
        #expect((41...45).contains(left.count))
        #expect(left.first == "o200")
        #expect(left.last == "o2")
        #expect(try await store.journal(of: OperationID("o1")).isEmpty)
    }

    @Test("after a process is killed, all confirmed writes are there, and the lock is free")
    func killed() async throws {
        let path = folder.path
        let name: String = folder.database
        await #expect(processExitsWith: .signal(SIGKILL)) { [name = name as String] in
            let store = try SQLStore.open(at: name)
            try await store.apply([.insertHost(host())])
            for index in 1...20 {
                let address = "10.0.0.\(index)"
                var running = operation(
                    "o\(index)", "r\(index)", atBegin: [.insertMachine(try machine("r\(index)", address: address))])
                try await store.begin(running, [])
                try await store.write(.began(0), .did(0), .began(1), to: &running)
            }
            kill(getpid(), SIGKILL)
        }
        #expect(FileManager.default.fileExists(atPath: path + "/data/vms.sqlite-wal"))
        let store = try folder.store()
        #expect(try await store.fleet().machines.count == 20)
        let found = try await store.interrupted().map { try $0.get() }
        #expect(found.map(\.id.text) == (1...20).map { "o\($0)" })
        for operation in found {
            #expect(operation.begun == 1)
            #expect(operation.done == 1)
            #expect(try await store.journal(of: operation.id) == [.began(0), .did(0), .began(1)])
        }
    }
}
