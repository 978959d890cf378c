import FoundationEssentials
import ScriptedServer
import Subprocess
import Synchronization
import Testing

@testable import vms

/// The built program, as a shell runs it.
@Suite(.timeLimit(.minutes(5)))
struct ProgramTests {
    /// The folder of the built program, which is beside the tests; the program is found by its name, as by a shell.
    private static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path

    private struct Outcome {
        var status: Int32?
        var output: String
        var errors: String
    }

    private func run(_ arguments: [String], server: String) async throws -> Outcome {
        let result = try await Subprocess.run(
            .name("vms"), arguments: .init(arguments),
            environment: .inherit.updating(["PATH": Self.path, "VMS_SERVER": server]), input: .none,
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        var status: Int32?
        if case .exited(let code) = result.terminationStatus { status = code }
        return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    }

    @Test("The server comes from the environment, and the exit status shows the result")
    func statuses() async throws {
        try await ScriptedServer.run({ request, _ in
            request.path == "/v1/sanityTest"
                ? .init(200, #"{"result":"SUCCESS","testString":"hi"}"#)
                : .init(409, #"{"code":"nameTaken","reason":"r1 is there"}"#)
        }) { server in
            let done = try await run(["call", "sanityTest", "testString=hi", "--json"], server: server.address)
            #expect(done.status == 0)
            #expect(done.output == #"{"result":"SUCCESS","testString":"hi"}"# + "\n")
            let fault = try await run(["vm", "adopt", "h1", "r1"], server: server.address)
            #expect(fault.status == 1)
            #expect(fault.errors == "vms: nameTaken: r1 is there\n")
            let usage = try await run(["call", "sanityTst"], server: server.address)
            #expect(usage.status == 2)
        }
        // Port 1: a port that was just freed may be in use by another test.
        let address = "http://127.0.0.1:1"
        let unreachable = try await run(["node", "list"], server: address)
        #expect(unreachable.status == 3)
        #expect(unreachable.errors == "vms: cannot reach the server at \(address): connection refused\n")
    }

    @Test("An answer that could not be written is an error; a reader that closes the pipe is not")
    func lostOutput() async throws {
        func shell(_ line: String) async throws -> (Int32?, String) {
            let result = try await Subprocess.run(
                .name("sh"), arguments: ["-c", line],
                environment: .inherit.updating(["PATH": "\(Self.path):/usr/bin:/bin"]), input: .none,
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            guard case .exited(let code) = result.terminationStatus else { return (nil, result.standardError) }
            return (code, result.standardError)
        }
        for (place, why) in [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")] {
            let (status, errors) = try await shell("vms services \(place)")
            #expect(status == 1)
            #expect(errors == "vms: not all of the answer could be written: \(why)\n")
        }
        let (status, errors) = try await shell("vms services | head -n 1")
        #expect(status == 0 && errors.isEmpty)
    }

    @Test("Ctrl-C during an operation prints that the operation continues, and ends with 130")
    func interrupted() async throws {
        let (firstRequest, requests) = AsyncStream<Void>.makeStream()
        try await ScriptedServer.run({ _, count in
            if count == 1 { requests.finish() }
            return .init(
                200,
                #"{"result":"SUCCESS","operation":"#
                    + #"{"id":"o1","service":"s","state":"running","done":0,"total":1}}"#)
        }) { server in
            let result = try await Subprocess.run(
                .name("vms"), arguments: ["--server", server.address, "operation", "watch", "o1"],
                environment: .inherit.updating(["PATH": Self.path]), input: .none, output: .discarded,
                error: .string(limit: 1 << 20)
            ) { execution in
                for await _ in firstRequest {}
                try execution.send(signal: .interrupt)
            }
            #expect(result.terminationStatus == .exited(130))
            #expect(result.standardError.contains("operation o1 continues"))
            #expect(result.standardError.contains("vms operation cancel o1"))
        }
    }
}
