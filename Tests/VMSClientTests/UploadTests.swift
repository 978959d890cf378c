import FoundationEssentials
import ScriptedServer
import Testing
import VMSAPI

@testable import VMSClient

/// The upload of an image to a server that may report anything.
@Suite(.timeLimit(.minutes(5)))
struct UploadTests {
    /// Runs `body` with the folder of an image, whose disk has `size` bytes.
    private func withImage<Result>(of size: Int, _ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "vms-upload-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(#"{"name":"i","disk":"d"}"#.utf8).write(to: folder.appending(path: "manifest.json"))
        try Data(repeating: 7, count: size).write(to: folder.appending(path: "d"))
        return try await body(folder.path)
    }

    private func missing(_ received: Int64, path: String = "/images/uploads/u/d", count: Int = 1)
        -> ScriptedServer.Reply
    {
        let file = #"{"name":"d","size":100,"received":\#(received),"path":"\#(path)"}"#
        let files = Array(repeating: file, count: count).joined(separator: ",")
        return .init(200, #"{"result":"SUCCESS","upload":"u","missing":[\#(files)]}"#)
    }

    private func error(
        from reply: @escaping @Sendable (ScriptedServer.Request, Int) async throws -> ScriptedServer.Reply
    ) async throws -> (VMSClientError?, requests: Int) {
        try await withImage(of: 100) { folder in
            try await ScriptedServer.run(reply) { server in
                let client = try VMSClient(server: server.address)
                var error: VMSClientError?
                do { _ = try await client.addImage(folder: folder) } catch let caught as VMSClientError {
                    error = caught
                }
                try await client.shutdown()
                return (error, server.requests.count)
            }
        }
    }

    @Test("A server that accepts all bytes and still lacks them is not a VMS")
    func acceptsAndLacks() async throws {
        let (error, requests) = try await error { request, _ in request.method == "PATCH" ? .init(204, "") : missing(0)
        }
        guard case .notVMS(_, let what) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(what.contains("0 of 100 bytes"))
        #expect(requests == 3)
    }

    @Test("Also if it reports one byte more each time, or fewer")
    func creeps() async throws {
        for step in [1, -1] as [Int64] {
            let (error, requests) = try await error { request, count in
                request.method == "PATCH" ? .init(204, "") : missing(max(50 + step * Int64(count / 2), 0))
            }
            guard case .notVMS = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(requests < 30)
        }
    }

    @Test("A file that is missing twice, or at an address outside of the server, is refused")
    func odd() async throws {
        for reply in [missing(0, count: 2), missing(0, path: "@evil.example/d"), missing(0, path: ".evil.example/d")] {
            let (error, requests) = try await error { _, _ in reply }
            guard case .notVMS = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(requests == 1)
        }
    }

    @Test("A busy server, and a proxy without its server, are called again")
    func passes() async throws {
        var done = AddImageResponse()
        var image = Image()
        image.name = "i"
        image.version = "1"
        image.os = "linux"
        image.arch = "x86_64"
        image.kernelVersion = "6"
        done.image = image
        let answer = JSONWriter.text(of: done.wireValue)
        for reply in [
            ScriptedServer.Reply(503, #"{"code":"serverBusy","reason":"others have all the room"}"#),
            ScriptedServer.Reply(502, "<html>Bad Gateway</html>", type: "text/html"),
        ] {
            let (error, requests) = try await error { _, count in
                count == 0 ? reply : .init(200, answer)
            }
            #expect(error == nil)
            #expect(requests == 2)
        }
    }

    @Test("The error for an unreadable folder or file has the system's reason")
    func unreadable() async throws {
        let client = try VMSClient(server: "http://127.0.0.1:1")
        let folder = await #expect(throws: VMSClientError.self) { _ = try await client.addImage(folder: "/nonexist") }
        #expect(folder == .badFile("'/nonexist' has no readable manifest.json: No such file or directory"))
        try await withImage(of: 1) { folder in
            try FileManager.default.removeItem(atPath: folder + "/d")
            let file = await #expect(throws: VMSClientError.self) { _ = try await client.addImage(folder: folder) }
            #expect(file == .badFile("'\(folder)/d' cannot be read: No such file or directory"))
        }
        try await client.shutdown()
    }
}
