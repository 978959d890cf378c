import ScriptedServer
import Synchronization
import Testing
import VMSAPI
import VMSClient

@testable import vms

/// Whole command lines against a server in this process.
struct CommandTests {
    final class Screen: Sendable {
        let texts = Mutex((output: "", errors: ""))
        var output: String { texts.withLock(\.output) }
        var errors: String { texts.withLock(\.errors) }

        func console(terminal: Bool = false, columns: Int? = nil) -> Console {
            Console(
                outputIsTerminal: terminal, errorsAreTerminal: terminal, hasColour: terminal, columns: columns,
                output: { text in self.texts.withLock { $0.output += text } },
                errors: { text in self.texts.withLock { $0.errors += text } })
        }
    }

    struct Outcome: Sendable {
        var status: ProgramStatus
        var output: String
        var errors: String
        var requests: [ScriptedServer.Request]
    }

    func vms(
        _ words: String..., terminal: Bool = false,
        answering reply: @escaping @Sendable (ScriptedServer.Request, Int) async throws -> ScriptedServer.Reply = {
            _, _ in .init(500, "{}")
        }
    ) async throws -> Outcome {
        try await vms(words, terminal: terminal, answering: reply)
    }

    func vms(
        _ words: [String], terminal: Bool = false,
        answering reply: @escaping @Sendable (ScriptedServer.Request, Int) async throws -> ScriptedServer.Reply = {
            _, _ in .init(500, "{}")
        }
    ) async throws -> Outcome {
        try await ScriptedServer.run(reply) { server in
            let screen = Screen()
            let status = await VMSCommand.status(
                of: ["--server", server.address] + words, console: screen.console(terminal: terminal))
            return Outcome(
                status: status, output: screen.output, errors: screen.errors, requests: server.requests)
        }
    }

    @Test("A call sends its fields and prints what comes back")
    func call() async throws {
        let outcome = try await vms("call", "sanityTest", "testString=hello\u{1B}") { _, _ in
            .init(200, #"{"result":"SUCCESS","testString":"hello\u001b"}"#)
        }
        #expect(outcome.status == .done)
        #expect(outcome.output == "testString  hello\\u{1b}\n")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.requests.map(\.path) == ["/v1/sanityTest"])
    }

    @Test("JSON is one line for a program and indented for a person")
    func json() async throws {
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{ "result":"SUCCESS", "more": [1] }"#)
        }
        let piped = try await vms("image", "list", "--json", answering: reply)
        #expect(piped.output == #"{"result":"SUCCESS","more":[1]}"# + "\n")
        let shown = try await vms("image", "list", "--json", terminal: true, answering: reply)
        #expect(shown.output == "{\n  \"result\": \"SUCCESS\",\n  \"more\": [\n    1\n  ]\n}\n")
    }

    @Test("A table has its header in bold on a terminal, and is the same without colour elsewhere")
    func colour() async throws {
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{"result":"SUCCESS","Node":[{"NodeName":"h1","state":"up"}]}"#)
        }
        let piped = try await vms("node", "list", answering: reply).output
        #expect(piped == "NodeName  state\nh1        up\n")
        let shown = try await vms("node", "list", terminal: true, answering: reply).output
        #expect(shown == "\u{1B}[1mNodeName  state\u{1B}[0m\nh1        up\n")
    }

    @Test("A fault is printed to standard error and ends with 1")
    func fault() async throws {
        let outcome = try await vms("vm", "status", "h1", "r1") { _, _ in
            .init(404, #"{"code":"notFound","reason":"no machine r1\u001b on h1"}"#)
        }
        #expect(outcome.status == .fault)
        #expect(outcome.errors == "vms: notFound: no machine r1\u{FFFD} on h1\n")
        #expect(outcome.output.isEmpty)
    }

    @Test("An answer that is not from a VMS ends with 3")
    func notVMS() async throws {
        let outcome = try await vms("image", "list") { _, _ in .init(200, "<html>", type: "text/html") }
        #expect(outcome.status == .unreachable)
        #expect(outcome.errors.contains("is not a Virtual Machine Server: it sent HTTP 200 with text/html: <html>"))
    }

    @Test(
        "Files that stay after a machine's removal, and state lost with it, are printed", arguments: [true, false])
    func remains(some: Bool) async throws {
        let outcome = try await vms("vm", "destroy", "h1", "r1") { request, _ in
            guard request.path == "/v1/destroyVirtualMachine" else {
                return Self.operation("succeeded", done: 3, rest: #","phyServer":"h1","vmName":"r1""#)
            }
            return .init(
                200,
                some
                    ? #"{"result":"SUCCESS","operation":"o1","stays":["/data/given.img"],"lost":["saved memory"]}"#
                    : #"{"result":"SUCCESS","operation":"o1","stays":[],"lost":[]}"#)
        }
        #expect(outcome.status == .done)
        #expect(outcome.output.contains("/data/given.img") == some)
        #expect(outcome.output.contains("saved memory") == some)
    }

    @Test("The output names a fault's host, machine and operation if its words do not")
    func place() async throws {
        let outcome = try await vms("vm", "status", "h1", "r1") { _, _ in
            .init(
                502,
                #"{"code":"hypervisorFailed","reason":"no room on h1","phyServer":"h1","vmName":"r1","operation":"o7"}"#
            )
        }
        #expect(outcome.errors == "vms: hypervisorFailed: no room on h1 (machine r1, operation o7)\n")
    }

    @Test(
        "A flag is on or off in any of its forms",
        arguments: [
            (["--live", "false"], "false"), (["--live=false"], "false"), (["--no-live"], "false"),
            (["--live", "TRUE"], "true"), (["--live=true"], "true"), (["--live"], "true"),
            (["--no-live=false"], "true"), (["--no-live", "false"], "true"), (["--no-live=true"], "false"),
        ])
    func flags(words: [String], value: String) async throws {
        let sent = try await ScriptedServer.run({ _, _ in .init(200, #"{"result":"SUCCESS"}"#) }) { server in
            _ = await VMSCommand.status(
                of: ["--server", server.address, "vm", "migrate", "h1", "h2", "r1"] + words, console: Screen().console()
            )
            return server.requests
        }
        #expect(sent.first?.text.contains(#""live":\#(value)"#) == true)
    }

    @Test(
        "At any place, in any of their forms, after commands of one, two and three words",
        arguments: [
            ["events"], ["node", "list"], ["vm", "scheduler", "get", "h1", "r1"], ["call", "getEvents"], ["services"],
            ["topology"],
        ])
    func flagsAnywhere(command: [String]) async throws {
        let off = [
            ["--json", "false"], ["--json=false"], ["--no-json"], ["--json", "--no-json"], ["--no-json", "true"],
        ]
        let on = [["--json", "true"], ["--json=true"], ["--json"], ["--no-json=false"], ["--json=false", "--json"]]
        let other = [["--progress=false"], ["--no-progress"], ["--progress", "false"], ["--progress=true"]]
        try await ScriptedServer.run({ _, _ in .init(200, #"{"result":"SUCCESS"}"#) }) { server in
            for (words, isJSON) in off.map({ ($0, false) }) + on.map({ ($0, true) }) + other.map({ ($0, false) }) {
                for place in [0, 1, command.count] {
                    let line = command[..<place] + words + command[place...]
                    let screen = Screen()
                    let status = await VMSCommand.status(
                        of: line + ["--server", server.address], console: screen.console())
                    #expect(status == .done, "\(line): \(screen.errors)")
                    #expect(["{", "["].contains(screen.output.prefix(1)) == isJSON, "\(line): \(screen.output)")
                }
            }
            #expect(
                server.requests.allSatisfy {
                    !$0.text.contains("false") && !$0.text.contains("true") || $0.path.hasSuffix("getEvents")
                })
        }
    }

    @Test("events shows the newest; with --after, the next ones")
    func events() async throws {
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{"result":"SUCCESS","last":7}"#)
        }
        #expect(try await vms("events", answering: reply).requests.first?.text == #"{"newest":true}"#)
        #expect(try await vms("events", "--no-newest", answering: reply).requests.first?.text == #"{"newest":false}"#)
        let next = try await vms("events", "--after", "5", "--limit", "3", answering: reply)
        #expect(next.requests.first?.text == #"{"after":5,"limit":3}"#)
        let both = try await vms("events", "--after=5", "--newest", answering: reply)
        #expect(both.requests.first?.text == #"{"after":5,"newest":true}"#)
    }

    @Test("A table on a terminal has at most its width; in a pipe it is not cut")
    func width() async throws {
        let name = String(repeating: "n", count: 70)
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{"result":"SUCCESS","Node":[{"NodeName":"\#(name)","state":"up"}]}"#)
        }
        #expect(try await vms("node", "list", answering: reply).output.contains(name))
        try await ScriptedServer.run(reply) { server in
            let screen = Screen()
            _ = await VMSCommand.status(
                of: ["--server", server.address, "node", "list"],
                console: screen.console(terminal: true, columns: 40))
            #expect(screen.output.split(separator: "\n").last == "\(name.prefix(32))…  up")
        }
    }
}
