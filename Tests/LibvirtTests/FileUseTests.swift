import Control
import Foundation
import Logging
import Model
import Testing

@testable import Hosts
@testable import Libvirt

/// The users of a file, as a real libvirt reports them.
@Suite(
    .enabled(if: PrivateDaemon.isPossible, Comment(rawValue: PrivateDaemon.obstacle ?? "possible")),
    .serialized, .timeLimit(.minutes(5)))
struct FileUseTests {
    private static func domain(_ name: String, _ disk: String) -> String {
        """
        <domain type='qemu'><name>\(name)</name><memory unit='MiB'>16</memory>
        <os><type arch='x86_64'>hvm</type></os><devices>\(disk)</devices></domain>
        """
    }

    private func make(_ words: String...) async throws {
        let made = try await Program(name: "qemu-img", arguments: ["create", "-q", "-f", "qcow2"] + words).run(
            seconds: 60)
        try #require(made.code == 0, "\(made.errors)")
    }

    @Test(
        "the base of another's disk, a volume named by its pool, the base of an unused volume, a hard link")
    func uses() async throws {
        let daemon = try await PrivateDaemon.start()
        let direct = try await Connection.open(daemon.uri)
        try await direct.defineDirectoryPool(named: "default", path: "\(daemon.path)/pool")
        let folder = "\(daemon.path)/pool"
        for name in ["base", "named", "free", "template", "vms-image-aa"] { try await make("\(folder)/\(name)", "1M") }
        try await make("-F", "qcow2", "-b", "\(folder)/base", "\(folder)/over")
        try await make("-F", "qcow2", "-b", "template", "\(folder)/overlay-of-nobody")
        try FileManager.default.linkItem(atPath: "\(folder)/vms-image-aa", toPath: "\(folder)/hl.img")
        try FileManager.default.linkItem(atPath: "\(folder)/base", toPath: "\(folder)/other-name")
        try await direct.storagePool(named: "default").refresh()
        try await direct.defineDomain(
            xml: Self.domain(
                "stranger",
                "<disk type='file'><driver name='qemu' type='qcow2'/><source file='\(folder)/over'/><target dev='vda'/></disk>"
            ))
        try await direct.defineDomain(
            xml: Self.domain(
                "by-pool",
                """
                <disk type='volume'><driver name='qemu' type='qcow2'/><source pool='default' volume='named'/>
                <target dev='vda'/></disk>
                """))
        var access = HostAccess(identity: SSHIdentity(folder: "\(daemon.path)/ssh"))
        access.patience = .seconds(60)
        access.socketFolders = ["/tmp"]
        let hosts = LibvirtHosts(vault: NoVault(), access: access, log: Logger(label: "test"))
        let host = Model.Host(name: "h1", hostKey: nil, addresses: [], uri: daemon.uri, memoryMiB: nil)
        for (name, user) in [
            ("base", "machine 'stranger'"), ("over", "machine 'stranger'"), ("other-name", "machine 'stranger'"),
            ("named", "machine 'by-pool'"), ("template", "volume 'overlay-of-nobody'"), ("hl.img", "vms-image-aa"),
        ] {
            let disk = try await hosts.disk(at: "\(folder)/\(name)", on: host)
            #expect(disk.isAllowed && disk.uses.contains { $0.contains(user) }, "\(name): \(disk.uses)")
        }
        let free = try await hosts.disk(at: "\(folder)/free", on: host)
        #expect(free.isAllowed && free.uses.isEmpty && free.obstacles.isEmpty && free.format == "qcow2")
        #expect(try await hosts.disk(at: "/etc/shadow", on: host).isAllowed == false)
        await hosts.close()
    }

    @Test("a missing copy of an image is detected also where no program can be run")
    func lostCopies() async throws {
        let daemon = try await PrivateDaemon.start()
        let direct = try await Connection.open(daemon.uri)
        try await direct.defineDirectoryPool(named: "default", path: "\(daemon.path)/pool")
        let copies = ["here", "gone", "new"].map { name in
            RecordedCopy(
                volume: VolumeName(pool: "default", name: name), path: "\(daemon.path)/pool/\(name)", size: nil)
        }
        for name in ["here", "gone"] { try await make("\(daemon.path)/pool/\(name)", "1M") }
        try await direct.storagePool(named: "default").refresh()
        try await make("\(daemon.path)/pool/new", "1M")
        try FileManager.default.removeItem(atPath: "\(daemon.path)/pool/gone")
        let elsewhere = RecordedCopy(volume: VolumeName(pool: "none", name: "here"), path: "/none/here", size: nil)
        let found = try await LibvirtHosts.listed(copies + [elsewhere], direct)
        #expect(found == Set([copies[0].volume, copies[2].volume]))
    }

    @Test("libvirt's test driver has no files for a machine")
    func testDriver() async throws {
        let scratch = try Scratch()
        let access = HostAccess(identity: SSHIdentity(folder: "\(scratch.path)/ssh"))
        let hosts = LibvirtHosts(vault: NoVault(), access: access, log: Logger(label: "test"))
        let host = Model.Host(name: "t1", hostKey: nil, addresses: [], uri: "test:///default", memoryMiB: nil)
        for path in ["/etc/shadow", "/nothing"] {
            #expect(try await hosts.disk(at: path, on: host).isAllowed == false)
        }
        await hosts.close()
    }
}
