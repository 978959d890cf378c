import Foundation
import Model
import Testing

@testable import Hosts

/// Scripts that inspect files, on this machine's files.
@Suite("A host's answers about files") final class FileScriptTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "vms file '\(UUID().uuidString)'").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func make(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let path = "\(folder)/\(name)"
        try #require(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
        return path
    }

    /// The SHA-256 of a file, from an independent program.
    private func sum(_ path: String) async throws -> String {
        let result = try await Program(name: "sha256sum", arguments: [path]).run(seconds: 120)
        // The line of a name with a backslash would begin with one; our names have none.
        return String(try #require(result.output.split(separator: " ").first))
    }

    @Test("the lengths of existing files")
    func sizes() async throws {
        let paths = [try make("a b.img", [1, 2, 3]), "\(folder)/none", try make("$(touch x)", [])]
        let copies = paths.enumerated().map {
            RecordedCopy(volume: VolumeName(pool: "default", name: "v\($0)"), path: $1, size: nil)
        }
        let measured = try await Shell.local.run(MeasureFiles(copies: copies), seconds: 120)
        #expect(measured.map(\.copy.volume.name) == ["v0", "v2"] && measured.map(\.bytes) == [3, 0])
    }

    @Test("the digest of a whole file, or of the blocks that are not all zeros if it has holes")
    func digests() async throws {
        let whole = try make("whole 'x'.img", (0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
        #expect(try await Shell.local.run(DigestFile(path: whole), seconds: 120) == .whole(try await sum(whole)))

        let block = 65536
        let (first, last) = ([UInt8](repeating: 7, count: block), [UInt8](repeating: 9, count: 5))
        let sparse = try make("sparse.img", first)
        let handle = try #require(FileHandle(forUpdatingAtPath: sparse))
        try handle.seek(toOffset: UInt64(64 * block))
        try handle.write(contentsOf: last)
        // Written zeros are left out as well.
        try handle.seek(toOffset: UInt64(32 * block))
        try handle.write(contentsOf: [UInt8](repeating: 0, count: block))
        try handle.close()
        func number(_ value: Int) -> [UInt8] { withUnsafeBytes(of: UInt64(value).bigEndian) { Array($0) } }
        let digested = try make("digested", number(0) + first + number(64) + last + number(64 * block + 5))
        #expect(try await Shell.local.run(DigestFile(path: sparse), seconds: 120) == .data(try await sum(digested)))

        #expect(throws: Refusal.self) { try DigestFile(path: "x").answer("missing\n") }
        #expect(try await Shell.local.run(DigestFile(path: "\(folder)/none"), seconds: 120) == .unreadable)
    }
}
