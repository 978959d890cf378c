import ScriptedServer
import Synchronization
import Testing
import VMSAPI
import VMSClient

@testable import vms

/// Whole command lines against a server in this process.
struct CommandTests {
    private final class Screen: Sendable {
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
        try await vms(words, terminal: terminal, answering: reply)
    }

    private func vms(
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
        "A wrong command line ends with 2 and sends nothing to the server",
        arguments: [
            ["call"], ["call", "noSuch"], ["call", "listImages", "x=1"], ["call", "listImages", "--async"],
            ["vm", "create", "--vm-rm", "1"], ["nod"], ["vm", "creat"], ["--jsn"], ["help-service", "listImage"],
            ["node", "list", "--server", "gopher://x"], ["call", "sanityTest", "testString=@/no/such/file"],
            ["vm", "create", "h1", "r1"], ["call", "createVirtualMachine", "phyServer=h1"],
            ["node", "list", "--json=on"],
            ["--json=on", "node", "list"], ["vm", "create", "h1", "r1", "--vm-ip", "x", "--no-transfer-disk=yes"],
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
            ["node", "add", "h1", "--ip", "x", "--help"], ["--version"],
        ])
    func help(words: [String]) async throws {
        let screen = Screen()
        let status = await VMSCommand.status(of: words, console: screen.console())
        #expect(status == .done)
        #expect(screen.errors.isEmpty)
        #expect(!screen.output.isEmpty)
    }

    @Test("The operation of a long service is followed and printed")
    func follow() async throws {
        let outcome = try await vms("vm", "create", "h1", "r1", "--vm-ip", "10.0.0.1", "--vm-ram", "96", "--progress") {
            request, count in
            if request.path == "/v1/createVirtualMachine" {
                return .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
            }
            if request.path == "/v1/getVirtualMachineStatus" {
                return .init(
                    200,
                    #"{"result":"SUCCESS","getName":"r1","memory":98304,"maxMem":98304,"getMaxMemory":98304,"vcpus":1,"#
                        + #""getMaxVcpus":1,"cpuTime":1,"state":"running","phyServer":"h1","uuid":"u1","#
                        + #""interface":[{"mac":"52:54:00:00:00:01"}],"asked":{"state":"running","vmIP":"10.0.0.1/24"}}"#
                )
            }
            return count < 2
                ? Self.operation("running", done: 1, rest: #","bytesDone":1048576,"bytesTotal":3145728"#)
                : Self.operation("succeeded", done: 3, rest: #","phyServer":"h1","vmName":"r1""#)
        }
        #expect(outcome.status == .done)
        #expect(outcome.requests.first?.text.contains(#""async":true"#) == true)
        #expect(
            outcome.requests.dropFirst().map(\.path).filter { $0 != "/v1/getOperation" }
                == ["/v1/getVirtualMachineStatus"])
        #expect(outcome.errors.hasSuffix("succeeded\n"))
        #expect(
            outcome.output == """
                vmName      r1
                phyServer   h1
                vmIP        10.0.0.1/24
                uuid        u1
                macAddress  52:54:00:00:00:01

                """)
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

    @Test("If a created machine cannot be read, its operation is printed")
    func madeAndGone() async throws {
        let outcome = try await vms("vm", "create", "h1", "r1", "--vm-ip", "10.0.0.1", "--vm-ram", "96") { request, _ in
            switch request.path {
            case "/v1/createVirtualMachine": .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
            case "/v1/getOperation": Self.operation("succeeded", done: 3, rest: #","phyServer":"h1","vmName":"r1""#)
            default: .init(404, #"{"code":"machineNotFound","reason":"gone"}"#)
            }
        }
        #expect(outcome.status == .done)
        #expect(outcome.output.contains("state      succeeded\n"))
    }

    @Test("A missing option is named in its own form, without a call to the server")
    func missing() async throws {
        let machine = try await vms("vm", "create", "h1", "r1")
        #expect(machine.status == .usage)
        #expect(machine.errors.hasPrefix("vms: vm create needs --vm-ip: "))
        let host = try await vms("vm", "status")
        #expect(host.errors.hasPrefix("vms: vm status needs <phy-server>, or --phy-server: "))
        #expect(machine.requests.isEmpty && host.requests.isEmpty)
    }

    @Test("A field that only the server reports as missing is named as an option, too")
    func missingByRule() async throws {
        let outcome = try await vms("image", "sweep") { _, _ in
            .init(400, #"{"code":"missingField","reason":"phyServer is missing","field":"phyServer"}"#)
        }
        #expect(outcome.status == .usage)
        #expect(outcome.errors.hasSuffix("--phy-server: phyServer is missing\n"))
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

    @Test("Flags of the program itself, too, before and after the command")
    func programFlags() async throws {
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{"result":"SUCCESS","Node":[]}"#)
        }
        #expect(try await vms("--json=true", "node", "list", answering: reply).output.hasPrefix("{"))
        #expect(try await vms("--json", "false", "node", "list", answering: reply).output == "(none)\n")
        #expect(try await vms("--json", "node", "list", "--no-json", answering: reply).output == "(none)\n")
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

    @Test("Flags of one command, too; an invalid value is reported")
    func flagsOfCommands() async throws {
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{"result":"SUCCESS"}"#)
        }
        for words in [["--dot=false"], ["--dot", "false"], ["--no-dot"], ["--no-dot", "--no-json"]] {
            let outcome = try await vms(["topology"] + words, answering: reply)
            #expect(outcome.status == .done && !outcome.output.contains("graph"), "\(words): \(outcome.errors)")
        }
        for words in [["--dot=true"], ["--dot", "true"], ["--dot"], ["--no-dot=false"]] {
            #expect(try await vms(["topology"] + words, answering: reply).output.contains("graph"))
        }
        for words in [["--describe=false"], ["--describe", "false"], ["--no-describe"]] {
            #expect(try await vms(["call", "getRegisteredNodes"] + words, answering: reply).requests.count == 1)
        }
        #expect(try await vms(["call", "sanityTest", "--describe=true"], answering: reply).requests.isEmpty)
        let wrong = try await vms(["node", "list", "--json=maybe"], answering: reply)
        #expect(wrong.status == .usage)
        #expect(wrong.errors == "vms: --json is 'maybe': must be true or false\n")
    }

    @Test("A missing field that only the server knows ends with 2, too, with the option's name")
    func missingForTheServer() async throws {
        for verb in ["plan", "create", "apply", "diff"] {
            // A name alone means an existing network.
            if verb != "create" { #expect(try await vms(["network", verb, "n1"]).requests.count == 1) }
            for words in verb == "create" ? [[], ["n1"], ["n1", "--image", "x"]] : [[], ["--image", "x"]] {
                let outcome = try await vms(["network", verb] + words)
                #expect(outcome.status == .usage && outcome.requests.isEmpty)
                #expect(outcome.errors.hasPrefix("vms: network \(verb) needs FILE, which describes the network, or "))
            }
        }
        let outcome = try await vms("vm", "scheduler", "set", "h1", "test") { _, _ in
            .init(
                400,
                #"{"code":"missingField","reason":"weight and cap are missing: give one or both","field":"weight"}"#)
        }
        #expect(outcome.status == .usage)
        #expect(
            outcome.errors == "vms: vm scheduler set needs --weight: weight and cap are missing: give one or both\n")
    }

    @Test("After -- words are not options")
    func verbatim() throws {
        #expect(
            try VMSCommand.plain(["vm", "list", "--json", "--", "--json", "false"]) == [
                "--json", "vm", "list", "--", "--json", "false",
            ])
        #expect(try VMSCommand.plain(["--server", "--json", "vm"]) == ["--server", "--json", "vm"])
    }

    @Test("--version works at any place")
    func version() async throws {
        for words in [
            ["--version"], ["vm", "list", "--version"], ["services", "--version"], ["--json", "--version"],
        ] {
            let outcome = try await vms(words)
            #expect(outcome.status == .done && outcome.output == Release.version + "\n", "\(words): \(outcome.errors)")
        }
    }

    @Test("A proxy without its server, and a busy server, are called again while an operation is followed")
    func awayForAMoment() async throws {
        let away = [
            ScriptedServer.Reply(502, "<html>Bad Gateway</html>", type: "text/html"),
            .init(503, "", type: "text/plain"), .init(504, "{}"),
            .init(503, #"{"code":"serverBusy","reason":"others have all the room"}"#),
        ]
        let outcome = try await vms("operation", "watch", "o1") { _, count in
            count < away.count ? away[count] : Self.operation("succeeded", done: 3)
        }
        #expect(outcome.status == .done, "\(outcome.errors)")
        #expect(outcome.requests.count == away.count + 1)
    }

    @Test("Any other answer instead of an operation's state is reported with the operation")
    func lost() async throws {
        for (reply, status) in [
            (ScriptedServer.Reply(200, "<html>login</html>", type: "text/html"), ProgramStatus.unreachable),
            (.init(404, "not here", type: "text/plain"), .unreachable),
            (.init(500, #"{"code":"storeFailed","reason":"the database cannot be read"}"#), .fault),
        ] {
            let outcome = try await vms("vm", "destroy", "h1", "r1") { request, _ in
                request.path == "/v1/getOperation" ? reply : .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
            }
            #expect(outcome.status == status)
            #expect(outcome.errors.contains("vms operation watch o1"), "\(outcome.errors)")
        }
        let gone = try await vms("operation", "watch", "o1") { _, _ in
            .init(404, #"{"code":"operationNotFound","reason":"there is no operation 'o1'"}"#)
        }
        #expect(!gone.errors.contains("may continue"))
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

    @Test("The loss of the server while an operation is followed is reported with the operation")
    func serverAway() {
        let screen = Screen()
        let status = Failure(LostOperation(operation: "o1", reason: .unreachable(server: "http://s", why: "refused")))
            .report(on: screen.console()) { _ in ("", false) }
        #expect(status == .unreachable)
        #expect(screen.errors.contains("vms operation watch o1"))
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

    @Test("A failed operation is printed, reported as a fault, and ends with 1")
    func failedOperation() async throws {
        let outcome = try await vms("operation", "watch", "o1") { _, _ in
            Self.operation("failed", done: 1, rest: #","code":"noAnswer","reason":"r1 did not answer""#)
        }
        #expect(outcome.status == .fault)
        #expect(outcome.errors == "vms: noAnswer: r1 did not answer (operation o1)\n")
        #expect(outcome.output.contains("failed"))
    }

    @Test("With async the operation's id is printed immediately, alone")
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

    @Test("A call waits for the service's own response, and follows the operation only with --progress")
    func callWaits() async throws {
        let outcome = try await vms("call", "startVirtualMachine", "phyServer=h1", "vmName=r1") { _, _ in
            .init(200, #"{"result":"SUCCESS","operation":"o1"}"#)
        }
        #expect(outcome.requests.count == 1)
        #expect(outcome.requests.first?.text.contains("async") == false)
    }
}
