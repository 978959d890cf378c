import Control
import Foundation
import Logging
import Model
import Testing

@testable import Hosts
@testable import Libvirt

/// A caller names where a host is. What of that is on the server's own machine is not his to find out.
@Suite("What is told of a host that takes no connection") struct ReachWordsTests {
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

    @Test("one answer for a socket that is not there, a file that is none, and one that nobody listens on")
    func sockets() async throws {
        let scratch = try Scratch()
        let file = try scratch.write("secret", "root:x:0:0")
        var answers: Set<String> = []
        for path in [file, "\(scratch.path)/nothing", "\(file)/below", scratch.path] {
            let told = try await refusal(
                "qemu+unix:///system?socket=\(path)", in: ["/\(scratch.path.split(separator: "/")[0])"])
            #expect(told.code == .hostUnreachable && told.host == "h1")
            #expect(told.detail?.contains(path) == true, "the log tells it")
            answers.insert(told.reason.description)
        }
        #expect(answers.count == 1 && answers.first?.contains(scratch.path) == false, "\(answers)")
    }

    @Test("a socket elsewhere is not tried, whatever is there")
    func elsewhere() async throws {
        for path in ["/etc/shadow", "/nothing"] {
            let told = try await refusal("qemu:///system?socket=\(path)", in: [])
            #expect(told.code == .invalidValue && told.subject == .uri && told.detail == nil)
        }
    }

    @Test("certificates that the server lacks are nobody's to know")
    func certificates() async throws {
        let told = try await refusal("qemu+tls://127.0.0.1:1/system", in: [])
        #expect(told.code == .hostUnreachable)
        #expect(!told.reason.contains("/") && !told.reason.contains("pem"), "\(told.reason)")
        #expect(told.detail?.isEmpty == false)
    }
}
