import Foundation
import Model
import Storage
import Testing

@Suite("Copies of images on hosts")
struct CopyTests {
    let folder: Folder
    let store: SQLStore
    private static let digest = Digest(String(repeating: "a", count: 64))
    private static let copy = ImageOnHost(
        host: "h1", digest: digest, volume: VolumeName(pool: "default", name: "vms-image-\(digest.text)"),
        lastUsed: moment(1))

    init() throws {
        folder = try Folder()
        store = try folder.store()
    }

    private var swept: PrunedCopy { PrunedCopy(digest: Self.digest, volume: Self.copy.volume, record: Self.copy) }

    private func lastUsed() async throws -> [Date?] { try await store.fleet().imagesOnHosts.map(\.lastUsed) }

    /// A create that needs the copy and sends nothing.
    private func create(_ id: String = "o1") throws -> Model.Operation {
        var made = try machine()
        made.imageFiles = [Self.digest]
        return operation(
            id, .init(made), disk, atBegin: [.imageIsNeeded(Self.copy, at: moment(5)), .insertMachine(made)])
    }

    /// Makes a disk on top of the copy.
    private var disk: StagedSteps {
        let disk = CreateDisk(
            volume: VolumeName(pool: "default", name: "d"), format: .qcow2, capacity: 1,
            backing: .init(path: "/pool/" + Self.copy.volume.name, format: .raw))
        return StagedSteps([.createDisk(disk)], on: host())
    }

    @Test("a use is recorded, also after the file is reopened; a missing copy has no use")
    func used() async throws {
        try await store.apply([.insertHost(host()), .imageIsOnHost(Self.copy)])
        try await store.apply([.imageIsNeeded(Self.copy, at: moment(2))])
        #expect(try await lastUsed() == [moment(2)])
        try await store.apply([
            .imageWasUsed(host: "h1", Self.digest, at: moment(3)),
            .imageWasUsed(host: "h1", Digest("bb"), at: moment(4)),
        ])
        #expect(try await lastUsed() == [moment(3)])
        try store.close()
        #expect(try await folder.store().fleet().imagesOnHosts.map(\.lastUsed) == [moment(3)])
    }

    @Test("a copy on storage that hosts share is recorded as shared")
    func shared() async throws {
        var copy = Self.copy
        copy.isShared = true
        try await store.apply([.insertHost(host()), .imageIsOnHost(copy)])
        try store.close()
        #expect(try await folder.store().fleet().imagesOnHosts == [copy])
    }

    @Test("a copy is not removed while an operation needs it, and then while a machine is made from it")
    func needed() async throws {
        try await store.apply([.insertHost(host()), .imageIsOnHost(Self.copy)])
        var running = try create()
        try await store.begin(running, [])
        let first = try await refusal { try await store.apply([.imageLeaves(swept, host: "h1")]) }
        #expect(first.code == .imageInUse && first.reason == "operation o1 needs it")
        try await store.write(.began(0), .did(0), .succeeded, to: &running)
        let second = try await refusal { try await store.apply([.imageLeaves(swept, host: "h1")]) }
        #expect(second.code == .imageInUse && second.reason == "machine 'r1' is made from it")
        #expect(try await lastUsed() == [moment(5)])
        try await store.apply([.removeMachine(MachineID("id-r1")), .imageLeaves(swept, host: "h1")])
        #expect(try await lastUsed() == [])
    }

    @Test("an operation that needs a removed copy does not begin")
    func left() async throws {
        try await store.apply([.insertHost(host()), .imageIsOnHost(Self.copy), .imageLeaves(swept, host: "h1")])
        let found = try await refusal { try await store.begin(try create(), []) }
        #expect(found.code == .imageNotOnHost)
        #expect(try await store.fleet().machines.isEmpty)
        #expect(try await store.unfinished().isEmpty)
    }
}
