import ScriptedServer
import Testing
import VMSAPI
import VMSClient

@testable import vms

/// Command lines that are wrong, flags, and help.
extension CommandTests {
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

    @Test("Flags of the program itself, too, before and after the command")
    func programFlags() async throws {
        let reply: @Sendable (ScriptedServer.Request, Int) -> ScriptedServer.Reply = { _, _ in
            .init(200, #"{"result":"SUCCESS","Node":[]}"#)
        }
        #expect(try await vms("--json=true", "node", "list", answering: reply).output.hasPrefix("{"))
        #expect(try await vms("--json", "false", "node", "list", answering: reply).output == "(none)\n")
        #expect(try await vms("--json", "node", "list", "--no-json", answering: reply).output == "(none)\n")
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

    @Test("A command whose output is no list refuses --csv", arguments: [["topology"], ["top"], ["console", "m1"]])
    func csv(words: [String]) async throws {
        let outcome = try await vms(words + ["--csv"])
        #expect(outcome.status == .usage && outcome.requests.isEmpty)
        #expect(outcome.errors.hasPrefix("vms: \(words[0]) has no --csv"))
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
}
