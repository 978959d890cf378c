import Control
import Foundation
import Logging
import Model
import Storage
import Testing

/// Unfinished image uploads.
@Suite("Uploads")
struct ImageUploadTests {
    let folder: Folder
    let vault: FileVault

    init() throws {
        folder = try Folder()
        vault = FileVault(
            folders: [], dataFolder: folder.path,
            log: Logger(label: "vault") { _ in LogLines(lines: LogLines.Lines()) })
    }

    private func draft(_ name: String, size: Int64) -> ImageDraft {
        ImageDraft(
            manifest: """
                {"name": "\(name)", "version": "1", "os": "x", "arch": "x86_64", "kernelVersion": "1", "stacks": ["ipv4"],
                 "boot": "disk", "disk": "d", "minimumRAM": 32, "configuration": "none"}
                """, files: [.init(name: "d", size: size, digest: nil)])
    }

    private func begin(_ name: String, size: Int64) async throws -> String {
        guard case .missing(let upload, _) = try await vault.add(draft(name, size: size)) else { throw NotRefused() }
        return upload
    }

    @Test("Space for an announced upload is reserved until the upload is cancelled")
    func room() async throws {
        let values = try FileManager.default.attributesOfFileSystem(forPath: folder.path)
        let free = try #require(values[.systemFreeSize] as? NSNumber).int64Value
        let upload = try await begin("one", size: free / 10 * 6)
        let full = try await refusal { _ = try await vault.add(draft("two", size: free / 10 * 6)) }
        #expect(full.code == .storageFull)
        // Repeating the request begins no second upload.
        #expect(try await begin("one", size: free / 10 * 6) == upload)
        try await vault.cancel(upload: upload)
        _ = try await begin("two", size: free / 10 * 6)
    }

    @Test("A cancelled upload accepts no more bytes; an unknown one cannot be cancelled")
    func cancelled() async throws {
        let upload = try await begin("one", size: 1000)
        _ = try await vault.append([1, 2, 3], at: 0, to: "d", of: upload)
        // Paths that lead to the upload are no names of it.
        for attempt in ["./\(upload)", "../.uploads/\(upload)", "\(upload)/", "\(upload)/../\(upload)"] {
            #expect(try await refusal { try await vault.cancel(upload: attempt) }.code == .uploadNotFound)
        }
        try await vault.cancel(upload: upload)
        for attempt in [upload, "", "..", "../..", "../\(upload)", String(repeating: "0", count: 32)] {
            #expect(try await refusal { try await vault.cancel(upload: attempt) }.code == .uploadNotFound)
        }
        let late = try await refusal { _ = try await vault.append([4], at: 3, to: "d", of: upload) }
        #expect(late.code == .uploadNotFound)
    }

    @Test("A link in place of an upload's file is not followed, and no path is a file's name")
    func links() async throws {
        let upload = try await begin("one", size: 1000)
        let (place, other) = (folder.path + "/images/.uploads/\(upload)", folder.path + "/other")
        // Empty, so that the offset of a first piece is right.
        try folder.write("", to: "other")
        for name in ["../../../other", "..", ".draft.json", "manifest.json", "./d", ""] {
            let refused = try await refusal { _ = try await vault.append([1], at: 0, to: name, of: upload) }
            #expect(refused.code == .uploadNotFound, "\(name)")
        }
        for name in ["./\(upload)", "../.uploads/\(upload)", ".", "", "\(upload)/."] {
            let refused = try await refusal { _ = try await vault.append([1], at: 0, to: "d", of: name) }
            #expect(refused.code == .uploadNotFound, "\(name)")
        }
        try? FileManager.default.removeItem(atPath: place + "/d")
        try FileManager.default.createSymbolicLink(atPath: place + "/d", withDestinationPath: other)
        _ = try await refusal { _ = try await vault.append([1], at: 0, to: "d", of: upload) }
        #expect(try String(contentsOfFile: other, encoding: .utf8).isEmpty)
    }

    @Test("The number of uploads is limited")
    func many() async throws {
        for number in 0..<100 { _ = try await begin("image-\(number)", size: 10) }
        let full = try await refusal { _ = try await vault.add(draft("more", size: 10)) }
        #expect(full.code == .storageFull)
        #expect(full.reason.contains("cancelImageUpload"))
        _ = try await begin("image-7", size: 10)
    }
}
