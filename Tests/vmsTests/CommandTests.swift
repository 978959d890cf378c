import ScriptedServer
import Synchronization
import Testing
import VMSAPI

@testable import vms

/// Whole command lines against a server, in this process.
struct CommandTests {
    private final class Screen: Sendable {
        let texts = Mutex((output: "", errors: ""))
        var output: String { texts.withLock(\.output) }
        var errors: String { texts.withLock(\.errors) }

        func console(terminal: Bool = false) -> Console {
            Console(
                outputIsTerminal: terminal, errorsAreTerminal: terminal, hasColour: terminal,
                output: { text in self.texts.withLock { $0.output += text } },
                errors: { text in self.texts.withLock { $0.errors += text } })
        }
    }

    private struct Outcome: Sendable {
        var status: ProgramStatus
        var output: String
        var errors: String
        var requests: [ScriptedServer.Request]
    }

    private func vms(
        _ words: String..., terminal: Bool = false,
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

    private static func operation(_ state: String, done: Int, rest: String = "") -> ScriptedServer.Reply {
        .init(
            200,
            #"{"result":"SUCCESS","operation":{"id":"o1","service":"createVirtualMachine","state":"\#(state)","#
                + #""step":"sendImage","done":\#(done),"total":3\#(rest)}}"#)
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

    @Test("A table has its head in bold on a terminal, and is the same without colour elsewhere")
    func colour() async throws {
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{"result":"SUCCESS","Node":[{"NodeName":"h1","state":"up"}]}"#)
        }
        let piped = try await vms("node", "list", answering: reply).output
        #expect(piped == "NodeName  state\nh1        up\n")
        let shown = try await vms("node", "list", terminal: true, answering: reply).output
        #expect(shown == "\u{1B}[1mNodeName  state\u{1B}[0m\nh1        up\n")
    }

    @Test("A fault is told on standard error and ends with 1")
    func fault() async throws {
        let outcome = try await vms("vm", "status", "h1", "r1") { _, _ in
            .init(404, #"{"code":"notFound","reason":"no machine r1\u001b on h1"}"#)
        }
        #expect(outcome.status == .fault)
        #expect(outcome.errors == "vms: notFound: no machine r1\u{FFFD} on h1\n")
        #expect(outcome.output.isEmpty)
    }

    @Test("What answers and is no VMS ends with 3")
    func notVMS() async throws {
        let outcome = try await vms("image", "list") { _, _ in .init(200, "<html>", type: "text/html") }
        #expect(outcome.status == .unreachable)
        #expect(outcome.errors.contains("is not a Virtual Machine Server: it sent HTTP 200 with text/html: <html>"))
    }

    @Test(
        "A wrong command line ends with 2 and asks the server nothing",
        arguments: [
            ["call"], ["call", "noSuch"], ["call", "listImages", "x=1"], ["call", "listImages", "--async"],
            ["vm", "create", "--vm-rm", "1"], ["nod"], ["vm", "creat"], ["--jsn"], ["help-service", "listImage"],
            ["node", "list", "--server", "gopher://x"], ["call", "sanityTest", "testString=@/no/such/file"],
        ])
    func usage(words: [String]) async throws {
        let screen = Screen()
        let status = await VMSCommand.status(of: words, console: screen.console())
        #expect(status == .usage)
        #expect(!screen.errors.isEmpty)
        #expect(screen.output.isEmpty)
    }

    @Test(
        "Help goes to standard output and ends with 0",
        arguments: [
            ["--help"], ["help", "vm", "create"], ["vm", "--help"], ["vm", "create", "--help"], ["call", "--help"],
            ["call", "listImages", "--help"], ["call", "listImages", "--describe"], ["services"],
            ["services", "--json"], ["help-service", "listImages"], ["vm", "scheduler", "set", "-h"],
            ["node", "add", "h1", "--ip", "x", "--help"],
        ])
    func help(words: [String]) async throws {
        let screen = Screen()
        let status = await VMSCommand.status(of: words, console: screen.console())
        #expect(status == .done)
        #expect(screen.errors.isEmpty)
        #expect(!screen.output.isEmpty)
    }

    @Test("A long service is sent away, followed, and its operation printed")
    func follow() async throws {
        let outcome = try await vms("vm", "create", "h1", "r1", "--vm-ip", "10.0.0.1", "--vm-ram", "96", "--progress") {
            request, count in
            if request.path == "/v1/createVirtualMachine" {
                return .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
            }
            return count < 2
                ? Self.operation("running", done: 1, rest: #","bytesDone":1048576,"bytesTotal":3145728"#)
                : Self.operation("succeeded", done: 3)
        }
        #expect(outcome.status == .done)
        #expect(outcome.requests.first?.text.contains(#""async":true"#) == true)
        #expect(outcome.requests.dropFirst().allSatisfy { $0.path == "/v1/getOperation" })
        #expect(outcome.errors.hasSuffix("succeeded\n"))
        #expect(outcome.output.contains("state    succeeded\n"))
    }

    @Test("An operation that fails is printed, told as a fault, and ends with 1")
    func failedOperation() async throws {
        let outcome = try await vms("operation", "watch", "o1") { _, _ in
            Self.operation("failed", done: 1, rest: #","code":"noAnswer","reason":"r1 did not answer""#)
        }
        #expect(outcome.status == .fault)
        #expect(outcome.errors == "vms: noAnswer: r1 did not answer\n")
        #expect(outcome.output.contains("failed"))
    }

    @Test("With async the operation's id comes at once, alone")
    func async() async throws {
        let outcome = try await vms("vm", "destroy", "h1", "r1", "--async") { _, _ in
            .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
        }
        #expect(outcome.output == "o1\n")
        #expect(outcome.requests.count == 1)
        let called = try await vms("call", "destroyVirtualMachine", "phyServer=h1", "vmName=r1", "async=true") { _, _ in
            .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
        }
        #expect(called.output == "o1\n")
    }

    @Test("A call waits for the service's own response, and follows only with --progress")
    func callWaits() async throws {
        let outcome = try await vms("call", "startVirtualMachine", "phyServer=h1", "vmName=r1") { _, _ in
            .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
        }
        #expect(outcome.requests.count == 1)
        #expect(outcome.requests.first?.text.contains("async") == false)
    }
}
