import CZlib
import Testing
import XML

@testable import HTTP

/// Compressed requests and answers.
struct CompressionTests {
    private static let message = SOAPFaceTests.recorded

    /// - Parameter window: zlib's window bits: 15 is zlib's own format, 31 gzip, -15 raw deflate.
    private func squeezed(_ bytes: [UInt8], window: Int32) throws -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        try #require(deflateInit2_(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK)
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
        let left = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                _ = deflate(&stream, Z_FINISH)
                return Int(stream.avail_out)
            }
        }
        return Array(output.dropLast(left))
    }

    private func post(_ server: RunningServer, _ encoding: String, _ body: [UInt8]) async throws -> Int {
        let headers = ["Content-Type: text/xml", "Content-Encoding: \(encoding)"]
        return try await server.request("POST", "/services/VirtualMachineServer", headers, body).status
    }

    @Test(
        "Requests in gzip and in every form of deflate",
        arguments: [("gzip", 31), ("GZIP", 31), ("x-gzip", 31), ("deflate", 15), ("deflate", -15)])
    func requests(encoding: String, window: Int32) async throws {
        try await RunningServer.run { server in
            let body = try squeezed(Array(Self.message.utf8), window: window)
            #expect(try await post(server, encoding, body) == 200)
        }
    }

    @Test("Broken, cut and unknown encodings are 400")
    func broken() async throws {
        try await RunningServer.run { server in
            let whole = try squeezed(Array(Self.message.utf8), window: 31)
            #expect(try await post(server, "gzip", Array(whole.dropLast(10))) == 400)
            #expect(try await post(server, "gzip", Array(Self.message.utf8)) == 400)
            #expect(try await post(server, "br", whole) == 400)
            // Data that a proxy which trusts the header could not inspect.
            for window: Int32 in [15, -15] {
                let other = try squeezed(Array(Self.message.utf8), window: window)
                #expect(try await post(server, "gzip", other) == 400, "\(window)")
            }
            #expect(try await post(server, "deflate", whole) == 400)
        }
    }

    @Test("A body of several gzip members is decompressed as a whole; anything else after the data is 400")
    func members() async throws {
        try await RunningServer.run { server in
            let message = Array(Self.message.utf8)
            let (first, second) = (
                try squeezed(Array(message[..<50]), window: 31), try squeezed(Array(message[50...]), window: 31)
            )
            let empty = try squeezed([], window: 31)
            #expect(try await post(server, "gzip", first + second) == 200)
            #expect(try await post(server, "gzip", empty + first + empty + second + empty) == 200)
            let whole = try squeezed(message, window: 31)
            // Two messages; not only the first one is read.
            #expect(try await post(server, "gzip", whole + whole) == 400)
            for more: [UInt8] in [[0], [31], [31, 139], Array("GARBAGE".utf8), try squeezed([], window: 15)] {
                #expect(try await post(server, "gzip", whole + more) == 400, "\(more)")
            }
            for window: Int32 in [15, -15] {
                let other = try squeezed(message, window: window)
                #expect(try await post(server, "deflate", other) == 200)
                #expect(try await post(server, "deflate", other + [0]) == 400)
                #expect(try await post(server, "deflate", other + other) == 400)
            }
        }
    }

    @Test("A body that expands beyond the limit, or by an implausible ratio, is 413")
    func bombs() async throws {
        try await RunningServer.run { server in
            let swelling = try squeezed([UInt8](repeating: 32, count: 8 << 20), window: 31)
            #expect(swelling.count < 16 << 10)
            #expect(try await post(server, "gzip", swelling) == 413)
        }
        try await RunningServer.run({ $0.bodyLimit = Self.message.utf8.count - 1 }) { server in
            let body = try squeezed(Array(Self.message.utf8), window: 31)
            #expect(body.count < Self.message.utf8.count - 1)
            #expect(try await post(server, "gzip", body) == 413)
        }
    }

    @Test(
        "Answers are compressed if the client accepts it and they are large",
        arguments: [
            ("gzip", true), ("gzip, deflate", true), ("deflate, gzip;q=0.5", true), ("GZIP", true), ("gzip;q=0", false),
            ("identity", false), ("deflate", false), ("", false),
        ])
    func answers(accepted: String, isCompressed: Bool) async throws {
        try await RunningServer.run { server in
            let headers = accepted.isEmpty ? [] : ["Accept-Encoding: \(accepted)"]
            let small = try await server.soap(Self.message, headers)
            #expect(small.headers["content-encoding"] == nil)
            let large = try await server.soap(SOAPFaceTests.message("<getAvailableOSes/>"), headers)
            #expect((large.headers["content-encoding"] == "gzip") == isCompressed)
            let bytes = isCompressed ? try Gzip.inflate(large.body, .gzip, limit: 1 << 20) : large.body
            #expect(bytes.count > 1024)
            #expect(isCompressed == (large.body.count < bytes.count))
            #expect(try XMLParser().parse(bytes: bytes).name == "Envelope")
        }
    }
}
