import Foundation
import Model
import Testing

@testable import Hosts

/// Whether two hosts share storage, according to the script that they run; here both are this machine.
@Suite("Storage that hosts share")
struct StorageAnswerTests {
    private func ask(_ verb: StorageVerb, _ paths: [String], token: Int = 7) async throws -> [StorageAnswer] {
        try await Shell.local.run(MarkStorage(verb, token: token, paths), seconds: 20)
    }

    @Test("a file is the same if its mark is found, whatever the name of its folder")
    func files() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "vms storage '\(UUID().uuidString)'")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let paths = ["disk one.img", "$(touch x).img", "none.img"].map { folder.appending(path: $0).path }
        for path in paths.dropLast() { #expect(FileManager.default.createFile(atPath: path, contents: nil)) }
        #expect(try await ask(.look, paths) == [.file(isMarked: false), .file(isMarked: false), .absent])
        let marked = try await ask(.mark, paths)
        let found = try await ask(.look, paths)
        #expect(zip(marked, found).map { $0.isSame(as: $1) } == [true, true, false])
        #expect(try await ask(.look, paths, token: 8).contains(.file(isMarked: true)) == false, "another's mark")
        _ = try await ask(.unmark, paths)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(left == ["$(touch x).img", "disk one.img"], "no mark stays")
    }

    @Test("a device is the same if it reports the same identity; a serial number alone is not an identity")
    func devices() throws {
        let places = try StorageAnswer.places(
            "device naa.5000c50015ea71ac/0/2097152\ndevice -\nfile\n", count: 3)
        #expect(places[0].isSame(as: places[0]) && !places[1].isSame(as: places[1]))
        #expect(
            !places[0].isSame(as: places[1]) && !places[2].isSame(as: places[2]) && !places[2].isSame(as: places[0]))
        #expect(throws: Refusal.self) { try StorageAnswer.places("file\n", count: 2) }
    }
}
