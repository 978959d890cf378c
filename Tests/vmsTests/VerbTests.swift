import Synchronization
import Testing
import VMSAPI

@testable import vms

struct VerbTests {
    private func request(_ name: String, _ words: [String]) throws -> String {
        let verb = try Verb.named(name)
        let arguments = try VerbArguments(words, of: verb, settings: Settings(server: "s"))
        var builder = RequestBuilder(verb.service.requestDescription) { _ in "from a file" }
        for assignment in arguments.assignments { try builder.set(assignment) }
        return JSONWriter.text(of: try builder.request())
    }

    private func failure(_ name: String, _ words: [String]) -> String? {
        #expect(throws: UsageError.self) { _ = try request(name, words) }?.description
    }

    @Test("Words without a name set the positions, options their fields")
    func options() throws {
        #expect(
            try request(
                "vm create",
                ["h1", "--vm-ram", "96", "r1", "--vm-ip=10.0.0.1/24", "--async", "--no-transfer-disk", "--json"])
                == #"{"phyServer":"h1","vmName":"r1","vmIP":"10.0.0.1/24","vmRAM":96,"#
                + #""transferDisk":false,"async":true}"#)
        #expect(
            try request(
                "node add",
                [
                    "h1", "--ip", "10.0.0.1", "--ip", "10.0.0.2", "--node-pk", "@key", "--trust-on-first-use",
                ])
                == #"{"Node":[{"NodeName":"h1","NodePK":"from a file","IP":["10.0.0.1","10.0.0.2"],"#
                + #""trustOnFirstUse":true}]}"#)
        #expect(try request("node remove", ["a", "b", "c"]) == #"{"NodeName":["a","b","c"]}"#)
        #expect(try request("vm status", ["--phy-server", "h1", "r1"]) == #"{"phyServer":"h1","vmName":"r1"}"#)
        #expect(try request("vm status", ["h1", "--", "-r1"]) == #"{"phyServer":"h1","vmName":"-r1"}"#)
        #expect(try request("vm status", ["h1", "@r1"]) == #"{"phyServer":"h1","vmName":"@r1"}"#)
        #expect(
            try request("vm scheduler set", ["h1", "r1", "--weight", "512", "--cap=-1"])
                == #"{"phyServer":"h1","vmName":"r1","weight":512,"cap":-1}"#)
        #expect(try request("operation resolve", ["o1", "accept"]) == #"{"operation":"o1","resolution":"accept"}"#)
    }

    @Test("The options of every command are not fields")
    func settings() throws {
        let arguments = try VerbArguments(
            ["--server", "http://h:1", "o1", "--progress", "--json"], of: .named("operation show"),
            settings: Settings(server: "s"))
        #expect(arguments.settings == Settings(server: "http://h:1", isJSON: true, wantsProgress: true))
        #expect(arguments.assignments.count == 1)
    }

    @Test("Invalid words are refused with a reason")
    func refused() {
        #expect(
            failure("vm create", ["h1", "r1", "--vm-rm", "1"])
                == "vm create has no option --vm-rm; did you mean --vm-ram, --vm-ip?")
        #expect(failure("node list", ["x"]) == "'x' is one word too many; see 'vms node list --help'")
        #expect(failure("node add", ["h1", "--state", "up"])?.contains("has no option --state") == true)
        #expect(
            failure("vm create", ["--vm-ram"])
                == "--vm-ram needs a value: number in MiB; from 1 to 16777216")
        #expect(failure("vm create", ["--no-async=yes"]) == "--no-async is 'yes': must be true or false")
        #expect(failure("vm status", ["h1", "r1", "--vm-name", "r2"])?.contains("one word too many") == true)
        #expect(failure("node list", ["--server"]) == "--server needs the server's address")
    }

    @Test("Every verb's positions are fields of its service, and no option hides an option of every command")
    func consistent() {
        for verb in Verb.all {
            let names = Set(verb.fields.map(\.name))
            #expect(verb.positions.filter { !names.contains($0) } == [], "\(verb.path)")
            let options = verb.fields.flatMap(\.spellings).map(\.kebab)
            #expect(Set(options).isDisjoint(with: ["server", "json", "progress", "help"]))
            if verb.way == .follow { #expect(verb.fields.contains { $0.name == "async" }) }
        }
        #expect(Set(Verb.all.map(\.path)).count == Verb.all.count)
    }

    @Test("Every service has a verb of its own, except the sanity test and services with commands of their own")
    func complete() {
        let covered = Set(Verb.all.map { $0.service.name })
        #expect(
            Set(ServiceList.all.map { $0.name }).subtracting(covered)
                == ["sanityTest", "addImage", "addLoginCode", "topologyDiscover"])
    }

    @Test("Every verb of the table is reached by its words", arguments: Verb.all.indices)
    func command(index: Int) async throws {
        let verb = Verb.all[index]
        let output = Mutex("")
        let console = Console(
            outputIsTerminal: false, errorsAreTerminal: false, hasColour: false, columns: nil,
            output: { text in output.withLock { $0 += text } }, errors: { _ in })
        #expect(await VMSCommand.status(of: verb.path + ["--help"], console: console) == .done)
        #expect(output.withLock { $0 } == VerbHelp.text(of: verb))
    }
}

extension Verb {
    /// Returns the verb of a command such as "vm create".
    static func named(_ command: String) throws -> Verb {
        try #require(all.first { $0.path.joined(separator: " ") == command })
    }
}
