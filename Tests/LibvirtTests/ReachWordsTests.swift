import Control
import Foundation
import Logging
import Model
import Testing

@testable import Hosts
@testable import Libvirt

/// A caller names the address of a host. The caller must not learn from it about files on the server's own machine.
@Suite("Errors for a host that accepts no connection") struct ReachWordsTests {
    private func refusal(_ uri: String, in folders: [String]) async throws -> Refusal {
        let scratch = try Scratch()
        var access = HostAccess(identity: SSHIdentity(folder: scratch.path + "/ssh"))
        access.socketFolders += folders
        let hosts = LibvirtHosts(vault: NoVault(), access: access, log: Logger(label: "test"))
        let host = Model.Host(name: "h1", hostKey: nil, addresses: [], uri: uri, memoryMiB: nil)
        do {
            _ = try await hosts.contact(host, trustsFirstUse: false)
        } catch {
            await hosts.close()
            return error
        }
        await hosts.close()
        Issue.record("\(uri) is reached")
        return Refusal(.internalError, "reached")
    }

    @Test("one answer for a missing socket, a file that is not a socket, and a socket without a listener")
    func sockets() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("secret", "root:x:0:0")
        var answers: Set<String> = []
        for path in [file, "\(scratch.path)/nothing", "\(file)/below", scratch.path] {
            let thrown = try await refusal(
                "qemu+unix:///system?socket=\(path)", in: ["/\(scratch.path.split(separator: "/")[0])"])
            #expect(thrown.code == .hostUnreachable && thrown.host == "h1")
            #expect(thrown.detail?.contains(path) == true, "the log has it")
            answers.insert(thrown.reason.description)
        }
        #expect(answers.count == 1 && answers.first?.contains(scratch.path) == false, "\(answers)")
    }

    @Test("a socket in another folder is not tried, whether it exists or not")
    func elsewhere() async throws {
        for path in ["/etc/shadow", "/nothing"] {
            let thrown = try await refusal("qemu:///system?socket=\(path)", in: [])
            #expect(thrown.code == .invalidValue && thrown.subject == .uri && thrown.detail == nil)
        }
    }

    @Test("the error does not reveal which certificates the server lacks")
    func certificates() async throws {
        let thrown = try await refusal("qemu+tls://127.0.0.1:1/system", in: [])
        #expect(thrown.code == .hostUnreachable)
        #expect(!thrown.reason.contains("/") && !thrown.reason.contains("pem"), "\(thrown.reason)")
        #expect(thrown.detail?.isEmpty == false)
    }
}
