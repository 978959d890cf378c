import Glibc
import Synchronization
import Testing

@testable import Libvirt

/// Behaviour that the in-process hypervisor does not have, against a real libvirtd.
@Suite(
    .enabled(if: PrivateDaemon.isPossible, Comment(rawValue: PrivateDaemon.obstacle ?? "possible")),
    .serialized, .timeLimit(.minutes(3)))
struct DaemonTests {
    @Test(arguments: [true, false])
    func anUploadIsDownloadedUnchanged(sparse: Bool) async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri)
        let pool = try await connection.defineDirectoryPool(named: "im&ages", path: "\(daemon.path)/pool")
        #expect(try await pool.info().state == .running)
        let length: UInt64 = 64 << 20
        let volume = try await pool.createVolume(xml: Self.volume("disk<1>.raw", length))
        let source = try SparseFile(at: "\(daemon.path)/source", length: length)
        let steps = Mutex<[UInt64]>([])
        try await volume.upload(fromFile: source.path, sparse: sparse) { done, _ in steps.withLock { $0.append(done) } }
        let positions = steps.withLock { $0 }
        #expect(positions == positions.sorted())
        #expect(positions.last == length)
        #expect((sparse ? positions.count < 20 : positions.count == 261), "\(positions.count) steps")

        let info = try await volume.info()
        #expect(info.capacity == length)
        let copy = "\(daemon.path)/copy"
        #expect(try await volume.download(toFile: copy, sparse: sparse) == length)
        #expect(SparseFile.areEqual(source.path, copy))
        #expect(SparseFile.areEqual(source.path, try await volume.path()))
        if sparse {
            #expect(info.allocation < 8 << 20)
            #expect(SparseFile.allocation(copy) < 8 << 20)
        }
        await #expect { try await volume.download(toFile: copy) } throws: { $0 ~=~ .systemError }
        #expect(SparseFile.areEqual(source.path, copy))
        await #expect {
            try await volume.upload(fromFile: source.path, length: length + 1)
        } throws: {
            $0 ~=~ .invalidArgument
        }
        #expect(await connection.closeCountingReferences() == 0)
    }

    /// Before libvirt 10.4, each thread that is woken leaves a source behind, with a pointer into its stack
    /// (`ClientLoop`). Without the repair, none is counted, and many calls end the process at some point.
    @Test func callsThatWakeEachOtherLeaveNothingBehind() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri, keepAlive: KeepAlive(interval: 1, count: 10))
        let before = ClientLoop.repairs
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<500 { _ = try await connection.libVersion() } }
            }
            try await group.waitForAll()
        }
        if try await connection.libVersion() < Version(10, 4) { #expect(ClientLoop.repairs > before) }
        #expect(await connection.closeCountingReferences() == 0)
    }

    @Test func volumesComeAndGo() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri)
        let pool = try await connection.defineDirectoryPool(named: "images", path: "\(daemon.path)/pool")
        #expect(try await connection.storagePools().map(\.name) == ["images"])
        let seed = try await pool.createVolume(xml: Self.volume("seed", 1 << 20))
        let content = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await seed.upload(bytes: content)
        #expect(try await seed.download() == content)
        await #expect { try await seed.download(limit: 1000) } throws: { $0 ~=~ .overflow }
        await #expect {
            try await pool.createVolume(xml: Self.volume("seed", 1 << 20))
        } throws: {
            $0 ~=~ .storageVolumeExists
        }
        let copy = try await pool.createVolume(xml: Self.volume("copy", 1 << 20), from: seed)
        #expect(try await copy.download() == content)
        let path = try await copy.path()
        #expect(try await connection.volume(path: path).name == "copy")
        #expect(Set(try await pool.volumes().map(\.name)) == ["seed", "copy"])
        try await copy.resize(capacity: 2 << 20)
        #expect(try await copy.info().capacity == 2 << 20)
        try await copy.delete()
        await #expect { try await pool.volume(named: "copy") } throws: { $0 ~=~ .noStorageVolume }
        await #expect { try await copy.info() } throws: { $0 ~=~ .noStorageVolume }
        try await pool.destroy()
        try await pool.undefine()
        await #expect { try await connection.storagePool(named: "images") } throws: { $0 ~=~ .noStoragePool }
        await connection.close()
    }

    @Test func aCancelledUploadStopsAndTheConnectionContinues() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri)
        let pool = try await connection.defineDirectoryPool(named: "images", path: "\(daemon.path)/pool")
        let length: UInt64 = 16 << 20
        let volume = try await pool.createVolume(xml: Self.volume("disk", length))
        let source = try SparseFile(at: "\(daemon.path)/source", length: length)
        let begun = OneShot<UInt64>()
        let gate = Semaphore()
        let upload = Task {
            try await volume.upload(fromFile: source.path, sparse: false) { done, _ in
                begun.set(done)
                _ = gate.sleep(atMost: .seconds(60))
            }
        }
        #expect(await begun.wait() == 252 << 10)
        upload.cancel()
        gate.wake()
        await #expect { try await upload.value } throws: { $0 ~=~ .operationAborted }
        #expect(await connection.isAlive)
        try await volume.upload(fromFile: source.path)
        #expect(SparseFile.areEqual(source.path, try await volume.path()))
        #expect(await connection.closeCountingReferences() == 0)
    }

    @Test func anUploadThatEndsEarlyResumesOverAnotherConnection() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri)
        let pool = try await connection.defineDirectoryPool(named: "images", path: "\(daemon.path)/pool")
        let length: UInt64 = 64 << 20
        let volume = try await pool.createVolume(xml: Self.volume("disk", length))
        let source = try SparseFile(at: "\(daemon.path)/source", length: length)
        let reached = Atomic<UInt64>(0)
        let first = try await volume.upload(fromFile: source.path) { done, _ in
            reached.store(done, ordering: .relaxed)
        } until: {
            reached.load(ordering: .relaxed) > 1 << 20
        }
        let end = reached.load(ordering: .relaxed)
        #expect(end < length)

        let other = try await Connection.open(daemon.uri)
        let same = try await other.storagePool(named: "images").volume(named: "disk")
        let second = try await same.upload(fromFile: source.path, from: end)
        #expect(SparseFile.areEqual(source.path, try await volume.path()))
        let whole = try await pool.createVolume(xml: Self.volume("whole", length)).upload(fromFile: source.path)
        #expect(first > 0 && second > 0 && first + second == whole)
        #expect(await connection.closeCountingReferences() == 0)
    }

    @Test func networksMakeTheirBridge() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri)
        let xml = "<network><name>link-1</name><bridge name='lvr-link1'/></network>"
        let network = try await connection.defineNetwork(xml: xml)
        #expect(try await !network.isActive())
        try await network.start()
        #expect(try await network.isActive())
        #expect(try await network.bridgeName() == "lvr-link1")
        await #expect { try await network.start() } throws: { $0 ~=~ .operationInvalid }
        try await network.setAutostart(true)
        #expect(try await network.autostart())
        #expect(try await network.xml(inactive: true).contains("lvr-link1"))
        #expect(try await connection.networks().map(\.name) == ["link-1"])
        try await network.destroy()
        try await network.undefine()
        await #expect { try await network.isActive() } throws: { $0 ~=~ .noNetwork }
        let fleeting = try await connection.createNetwork(xml: xml)
        #expect(try await !fleeting.isPersistent())
        try await fleeting.destroy()
        #expect(try await connection.networks().isEmpty)
        await connection.close()
    }

    @Test func aConnectionEndsWithItsDaemon() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri)
        let events = try await connection.lifecycleEvents()
        try await daemon.crash()
        let reason = try #require(await connection.closed.wait())
        #expect(reason == .endOfFile || reason == .error, "\(reason)")
        for await event in events { Issue.record("an event of a dead daemon: \(event)") }
        #expect(await !connection.isAlive)
        await connection.close()
        await #expect { try await Connection.open(daemon.uri) } throws: { $0 ~=~ .systemError }
        try await daemon.restart()
        let again = try await Connection.open(daemon.uri)
        #expect(await again.isAlive)
        await again.close()
    }

    @Test func aStoppedDaemonIsFoundByKeepAlive() async throws {
        let daemon = try await PrivateDaemon.start()
        let connection = try await Connection.open(daemon.uri, keepAlive: KeepAlive(interval: 1, count: 1))
        try await daemon.freeze()
        #expect(await connection.closed.wait() == .keepAlive)
        await #expect(throws: LibvirtError.self) { try await connection.hostName() }
        await connection.close()
    }

    private static func volume(_ name: String, _ bytes: UInt64) -> String {
        """
        <volume><name>\(xmlEscaped(name))</name><capacity unit="bytes">\(bytes)</capacity>
        <allocation unit="bytes">0</allocation><target><format type="raw"/></target></volume>
        """
    }
}
