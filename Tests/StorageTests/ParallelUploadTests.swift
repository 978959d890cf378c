import Control
import Dispatch
import Foundation
import Logging
import Model
import Storage
import Testing

@Suite("Image uploads in parallel", .timeLimit(.minutes(2))) struct ParallelUploadTests {
    let folder: Folder
    /// Blocks the check of an image until the test opens it.
    let gate = DispatchSemaphore(value: 0)
    let vault: FileVault

    init() throws {
        folder = try Folder()
        let gate = gate
        vault = FileVault(
            folders: [], dataFolder: folder.path,
            log: Logger(label: "vault") { _ in LogLines(lines: LogLines.Lines()) }, beforeCheck: { gate.wait() })
    }

    private static func draft(_ name: String, size: Int64) -> ImageDraft {
        ImageDraft(
            manifest: """
                {"name": "\(name)", "version": "1", "os": "x", "arch": "x86_64", "kernelVersion": "1", "stacks": ["ipv4"],
                 "boot": "disk", "disk": "d", "minimumRAM": 32, "configuration": "none"}
                """, files: [.init(name: "d", size: size, digest: nil)])
    }

    private func begin(_ name: String, size: Int64) async throws -> String {
        guard case .missing(let upload, _) = try await vault.add(Self.draft(name, size: size)) else {
            throw NotRefused()
        }
        return upload
    }

    /// A disk with a boot sector.
    private static let disk: [UInt8] = {
        var bytes = [UInt8](repeating: 7, count: 4096)
        bytes.replaceSubrange(510..<512, with: [0x55, 0xAA])
        return bytes
    }()

    @Test("while an upload is checked, images are listed, and other uploads are announced, sent, listed and cancelled")
    func parallel() async throws {
        let upload = try await begin("one", size: 4096)
        _ = try await vault.append(Self.disk, at: 0, to: "d", of: upload)
        let added = Task { try await vault.add(Self.draft("one", size: 4096)) }
        #expect(try await vault.images().isEmpty)
        let other = try await begin("two", size: 10)
        #expect(try await vault.append([1, 2, 3], at: 0, to: "d", of: other) == 3)
        #expect(try await vault.uploads().count == 2)
        try await vault.cancel(upload: other)
        #expect(try await vault.images().isEmpty, "the image is not listed before its check")
        gate.signal()
        guard case .added(let image) = try await added.value else { throw NotRefused() }
        #expect(image.name == "one")
        #expect(try await vault.images() == [image])
        #expect(try await vault.file(of: try #require(image.files.first?.digest)).path.contains("/one-"))
        #expect(try await vault.uploads().isEmpty)
    }

    @Test("uploads are listed with the bytes that have arrived")
    func listed() async throws {
        let upload = try await begin("one", size: 10)
        _ = try await vault.append([1, 2, 3], at: 0, to: "d", of: upload)
        let listed = try #require(try await vault.uploads().first)
        #expect(listed.upload == upload && listed.name == "one" && listed.version == "1")
        #expect(listed.received == 3 && listed.size == 10)
    }

    /// Makes an upload look idle for that many seconds.
    private func age(_ upload: String, seconds: Double) throws {
        let place = folder.path + "/images/.uploads/\(upload)"
        for name in try FileManager.default.contentsOfDirectory(atPath: place) {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: "\(place)/\(name)")
        }
    }

    @Test("at the maximum number of uploads, the longest idle one is discarded once it has been idle for an hour")
    func idle() async throws {
        var uploads: [String] = []
        for number in 0..<100 { uploads.append(try await begin("image-\(number)", size: 10)) }
        try age(uploads[3], seconds: 3000)
        let full = try await refusal { _ = try await vault.add(Self.draft("more", size: 10)) }
        #expect(full.code == .storageFull && full.reason.contains("listImageUploads"))
        try age(uploads[7], seconds: 4000)
        try age(uploads[5], seconds: 5000)
        _ = try await begin("more", size: 10)
        let left = try await vault.uploads().map(\.upload)
        #expect(left.count == 100 && !left.contains(uploads[5]) && left.contains(uploads[7]))
    }

    @Test("space reserved by an idle upload is available to others after an hour")
    func room() async throws {
        let values = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
        let free = try #require(values[.systemFreeSize] as? NSNumber).int64Value
        let upload = try await begin("one", size: free / 10 * 6)
        #expect(
            try await refusal { _ = try await vault.add(Self.draft("two", size: free / 10 * 6)) }.code == .storageFull)
        try age(upload, seconds: 4000)
        _ = try await begin("two", size: free / 10 * 6)
        #expect(try await vault.uploads().map(\.name) == ["two"])
    }
}
