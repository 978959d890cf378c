import Foundation
import Libvirt
import Model
import Testing

@testable import Hosts

@Suite("Files for hosts that are reached by SSH") struct SSHIdentityTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "vms-\(UUID().uuidString)").path
    private static let keys = ["A", "B"].map { letter in
        "ssh-ed25519 " + Data(repeating: UInt8(ascii: letter == "A" ? "a" : "b"), count: 51).base64EncodedString()
    }

    private func host(_ name: String, key: Int = 0) -> Model.Host {
        Model.Host(name: name, hostKey: Self.keys[key], addresses: ["192.0.2.1"], uri: nil, memoryMiB: nil)
    }

    private func text(_ file: String) -> String {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    private var files: [String] {
        (FileManager.default.subpaths(atPath: folder) ?? []).filter { !$0.hasPrefix("id_") && $0 != "hosts" }.sorted()
    }

    @Test("hosts with names like each other's files keep their keys, and leave no files when they are forgotten")
    func apart() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let identity = SSHIdentity(folder: folder)
        let names = ["ev", "ev.ssh", "ev.ssh.C", "known_hosts", "ssh", "ssh.C", "EV"]
        var targets: [SSHTarget] = []
        for (number, name) in names.enumerated() { targets += try identity.targets(of: host(name, key: number % 2)) }
        for (number, target) in targets.enumerated() {
            #expect(text(target.knownHostsFile) == "192.0.2.1 \(Self.keys[number % 2])\n", "\(names[number])")
            #expect(text(target.wrapper).hasPrefix("#!/bin/sh\n") && text(target.compressingWrapper).contains(" -C "))
            #expect(text(target.wrapper).contains(target.knownHostsFile))
            for option in ["StrictHostKeyChecking=yes", "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no"] {
                #expect(text(target.wrapper).contains("'\(option)'") && target.options.contains(option))
            }
        }
        for name in names { identity.forget(name) }
        #expect(files.isEmpty)
    }

    @Test("an invalid name is refused, also in a record of an earlier version", arguments: [".", "..", "a/b", ""])
    func names(name: String) {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect {
            try SSHIdentity(folder: folder).targets(of: host(name))
        } throws: { error in
            (error as? Refusal)?.code == .invalidName
        }
        SSHIdentity(folder: folder).forget(name)
    }

    @Test("an invalid key is never written")
    func key() {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var host = host("h1")
        host.hostKey = "ssh-ed25519 AAAA\n* \(Self.keys[0])"
        #expect {
            try SSHIdentity(folder: folder).targets(of: host)
        } throws: { error in
            (error as? Refusal)?.code == .hostKeyRefused
        }
        #expect(files.isEmpty)
    }

    @Test("what stands behind a valid key is not written")
    func secondLine() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var host = host("h1")
        host.hostKey = "\(Self.keys[0])\n* \(Self.keys[1])"
        let targets = try SSHIdentity(folder: folder).targets(of: host)
        #expect(text(targets[0].knownHostsFile) == "192.0.2.1 \(Self.keys[0])\n")
    }

    @Test("an inspection with another key does not change the registered host's files, and leaves none")
    func check() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let identity = SSHIdentity(folder: folder)
        let registered = try identity.targets(of: host("h1"))
        let before = files
        let inspection = identity.forCheck()
        let targets = try inspection.targets(of: host("h1", key: 1))
        #expect(text(registered[0].knownHostsFile).contains(Self.keys[0]))
        #expect(text(targets[0].knownHostsFile).contains(Self.keys[1]))
        #expect(targets[0].controlPath == nil, "it never uses an open connection that another key allowed")
        inspection.endCheck()
        #expect(files == before)
        identity.clean()
        #expect(files.isEmpty)
    }

    @Test("only sessions with the same identity share connections")
    func sockets() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let identity = SSHIdentity(folder: folder)
        let (one, other) = (identity.withOwnConnections(), identity.withOwnConnections())
        let paths = try [one, one, other].map { try $0.targets(of: host("h1"))[0].controlPath }
        #expect(paths[0] != nil && paths[0] == paths[1] && paths[0] != paths[2])
    }

    @Test("text that libvirt's parser read is not shown")
    func parser() {
        let error = LibvirtError(
            .xmlDetail, "(test driver):1: Start tag expected, '<' not found\nroot:$y$j9T$secret:1::", call: "x")
        let refusal = Refusal(error)
        #expect(!refusal.reason.contains("secret") && refusal.detail?.contains("secret") == true)
    }
}
