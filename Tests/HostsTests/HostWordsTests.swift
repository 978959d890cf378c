import Model
import Testing

@testable import Hosts

/// The refusal of a failed step: in plain words, with the host's name and its error message.
@Suite("A host's error messages")
struct HostWordsTests {
    private let host = Host(name: "h1", hostKey: nil, addresses: [], uri: nil, memoryMiB: nil)

    private func failure(_ text: String) async -> Refusal? {
        let script = HostScript(name: "attachSegment", text: text).for("connect link 'ab' (VXLAN 4096)")
        do {
            _ = try await Shell.local.run(script, [], seconds: 20)
            return nil
        } catch {
            return error.naming(host)
        }
    }

    @Test("the kernel's message arrives, with the action and the host")
    func words() async throws {
        let refusal = try #require(await failure("echo 'RTNETLINK answers: File exists' >&2; exit 2"))
        #expect(refusal.reason == "host 'h1' could not connect link 'ab' (VXLAN 4096): RTNETLINK answers: File exists")
        #expect(refusal.host == "h1" && refusal.code == .hypervisorFailed)
        let silent = try #require(await failure("exit 2"))
        #expect(silent.reason.description.hasSuffix("(VXLAN 4096); it gave no reason"))
    }

    @Test("messages are short, and without control characters")
    func bounded() async throws {
        let refusal = try #require(
            await failure(
                #"""
                i=0; while [ $i -lt 300 ]; do printf 'line %s \033[2J\r\a tab\t%0300d\n' $i 7 >&2; i=$(( i + 1 )); done; exit 1
                """#))
        #expect(refusal.reason.description.unicodeScalars.count < 600)
        #expect(!refusal.reason.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(Shell.words(of: "\n \u{2028}a\u{202E}b\n").unicodeScalars.contains("\u{202E}") == false)
    }

    @Test("a host does not answer SSH only if ssh reports that; a broken connection has its own message")
    func ssh() {
        let target = SSHTarget(
            address: "192.0.2.1", keyFile: "", knownHostsFile: "", wrapper: "", compressingWrapper: "")
        func reason(_ errors: String) -> String { target.refusal(errors: errors).reason.description }
        #expect(
            reason("Warning: Identity file /secret\nssh: connect to host 192.0.2.1 port 22: Connection refused\r\n")
                == "the host at 192.0.2.1 does not answer SSH: connect to host 192.0.2.1 port 22: Connection refused")
        #expect(
            reason("kex_exchange_identification: Connection closed by remote host")
                == "the SSH connection to the host at 192.0.2.1 broke")
    }

    @Test("every script has a purpose of its own")
    func names() {
        for script in HostScript.allScripts {
            #expect(script.purpose != HostScript(name: "?", text: "").purpose, "\(script.name)")
        }
    }
}
