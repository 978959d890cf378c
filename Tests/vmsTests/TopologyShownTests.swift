import FoundationEssentials
import ScriptedServer
import Synchronization
import Testing
import VMSAPI

@testable import vms

/// The output of a topology against golden files; `VMS_WRITE_GOLDEN=1` writes them.
struct TopologyShownTests {
    private static let answer = #"""
        {"result":"SUCCESS",
         "host":[
          {"name":"h1","state":"up","interface":[{"name":"eth0","mac":"52:54:00:00:00:01","mtu":1500,"speed":10000,
             "up":true,"bridge":"br0"},{"name":"eth1","mac":"52:54:00:00:00:02","mtu":9000,"up":false,
             "address":["198.51.100.1/24"]}],
           "bridge":[{"name":"br0","mtu":1500,"up":true,"address":["192.0.2.11/24","fd00::11/64"]}]},
          {"name":"h2","state":"up","interface":[{"name":"eth0","mac":"52:54:00:00:00:03","mtu":1500,"up":true,
             "address":["192.0.2.12/24"]}]},
          {"name":"h\"3","state":"unreachable","reason":"host 'h3' does not answer\u001b[31m"}],
         "physicalLink":[{"prefix":"192.0.2.0/24","state":"unproven","end":[
           {"phyServer":"h1","interface":["eth0"],"bridge":"br0","address":"192.0.2.11/24"},
           {"phyServer":"h2","interface":["eth0"],"address":"192.0.2.12/24"}]}],
         "network":[{"networkName":"n1",
           "router":[{"name":"r1","phyServer":"h1","state":"running"},{"name":"r2","phyServer":"h2","state":"shutOff"},
             {"name":"r3","phyServer":"h\"3"}],
           "link":[
             {"name":"ab","prefix":"10.0.0.0/24","mtu":1450,"vni":4096,"state":"failed",
              "reason":"on host h2: its bridge vms-001000 is not there",
              "end":[{"router":"r1","address":"10.0.0.1/24","phyServer":"h1"},
                     {"router":"r2","address":"10.0.0.2/24","phyServer":"h2"}]},
             {"name":"bc","vni":4097,"mtu":1450,"state":"unproven",
              "end":[{"router":"r2","phyServer":"h2"},{"router":"r3","phyServer":"h\"3"}]}]}]}
        """#

    private func topology() throws -> TopologyDiscoverResponse {
        try TopologyDiscoverResponse(wire: try JSONReader.value(of: Array(Self.answer.utf8)))
    }

    private func golden(_ name: String, _ text: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["VMS_WRITE_GOLDEN"] == "1" { try Data(text.utf8).write(to: file) }
        #expect(text == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    }

    @Test("As text") func text() throws {
        try golden("topology.txt", TopologyText().text(try topology()))
    }

    @Test("As a drawing") func drawing() throws {
        try golden("topology.dot", TopologyDrawing(topology: try topology()).text)
    }

    @Test("Without a host the output says so")
    func empty() {
        #expect(TopologyText().text(TopologyDiscoverResponse()) == "no host is registered\n")
    }

    private struct Outcome {
        var status: ProgramStatus
        var output: String
        var errors: String
    }

    private func vms(_ words: [String]) async throws -> Outcome {
        try await ScriptedServer.run({ _, _ in .init(200, Self.answer) }) { server in
            let texts = Texts()
            let console = Console(
                outputIsTerminal: false, errorsAreTerminal: false, hasColour: false,
                output: { text in texts.both.withLock { $0.output += text } },
                errors: { text in texts.both.withLock { $0.errors += text } })
            let status = await VMSCommand.status(
                of: ["--server", server.address, "topology"] + words, console: console)
            let both = texts.both.withLock { $0 }
            return Outcome(status: status, output: both.output, errors: both.errors)
        }
    }

    private final class Texts: Sendable {
        let both = Mutex((output: "", errors: ""))
    }

    @Test("The command prints text, JSON or a drawing")
    func command() async throws {
        let topology = try topology()
        #expect(try await vms([]).output == TopologyText().text(topology))
        #expect(try await vms(["--dot"]).output == TopologyDrawing(topology: topology).text)
        let json = try await vms(["--json"]).output
        #expect(try JSONReader.value(of: Array(json.utf8)) == topology.wireValue)
        let help = try await vms(["--help"])
        #expect(help.status == .done && help.output.contains("--svg FILE"))
    }

    @Test(
        "Invalid options are refused with a reason",
        arguments: [
            (["--dot", "--svg", "x"], "one of --dot and --svg"), (["--svg"], "--svg needs a file's name"),
            (["--png"], "no option --png"), (["h1"], "'h1' is one word too many"),
            (["--dot", "--json"], "one of them"),
        ])
    func refused(words: [String], message: String) async throws {
        let outcome = try await vms(words)
        #expect(outcome.status == .usage && outcome.errors.contains(message) && outcome.output.isEmpty, "\(outcome)")
    }

    @Test("If Graphviz is not installed, the error names the package")
    func withoutGraphviz() async {
        let error = await #expect(throws: UsageError.self) {
            try await Graphviz(program: "no-such-dot").svg(of: "graph {}", to: "/nowhere/x.svg")
        }
        #expect(
            error?.description
                == "--svg needs Graphviz's 'no-such-dot', which is not installed; install it (Debian: apt install "
                + "graphviz), or use --dot and draw it elsewhere")
    }

    @Test("A drawing that Graphviz cannot read, and a file that cannot be written, are reported")
    func failures() async {
        let unread = await #expect(throws: UsageError.self) {
            try await Graphviz(program: "false").svg(of: "graph {}", to: "/nowhere/x.svg")
        }
        #expect(unread?.description.hasPrefix("'false -Tsvg' made no picture") == true)
        let unwritten = await #expect(throws: UsageError.self) {
            try await Graphviz(program: "true").svg(of: "graph {}", to: "/nowhere/x.svg")
        }
        #expect(unwritten?.description.hasPrefix("cannot write '/nowhere/x.svg'") == true)
    }
}
