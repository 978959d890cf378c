import Foundation
import Libvirt
import Model
import Testing

@testable import Hosts

@Suite("What is written down of hosts that are reached by SSH") struct SSHIdentityTests {
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

    @Test("hosts whose names look like each other's files keep their keys, and leave nothing when they are forgotten")
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
        }
        for name in names { identity.forget(name) }
        #expect(files.isEmpty)
    }

    @Test("a name that is none is refused, also of a record of an earlier version", arguments: [".", "..", "a/b", ""])
    func names(name: String) {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect {
            try SSHIdentity(folder: folder).targets(of: host(name))
        } throws: { error in
            (error as? Refusal)?.code == .invalidName
        }
        SSHIdentity(folder: folder).forget(name)
    }

    @Test("what is no key is written nowhere")
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

    @Test("a look at a host with another key changes nothing of the one that is registered, and leaves nothing")
    func check() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let identity = SSHIdentity(folder: folder)
        let registered = try identity.targets(of: host("h1"))
        let before = files
        let look = identity.forCheck()
        let seen = try look.targets(of: host("h1", key: 1))
        #expect(text(registered[0].knownHostsFile).contains(Self.keys[0]))
        #expect(text(seen[0].knownHostsFile).contains(Self.keys[1]))
        #expect(seen[0].controlPath == nil, "it finds no connection open that another key let in")
        look.endCheck()
        #expect(files == before)
        identity.clean()
        #expect(files.isEmpty)
    }

    @Test("connections are shared by who has the same key only")
    func sockets() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let identity = SSHIdentity(folder: folder)
        let (one, other) = (identity.withOwnConnections(), identity.withOwnConnections())
        let paths = try [one, one, other].map { try $0.targets(of: host("h1"))[0].controlPath }
        #expect(paths[0] != nil && paths[0] == paths[1] && paths[0] != paths[2])
    }

    @Test("what a parser of libvirt's read is told to nobody")
    func parser() {
        let error = LibvirtError(
            .xmlDetail, "(test driver):1: Start tag expected, '<' not found\nroot:$y$j9T$secret:1::", call: "x")
        let refusal = Refusal(error)
        #expect(!refusal.reason.contains("secret") && refusal.detail?.contains("secret") == true)
    }
}
