internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
public import VMSAPI

extension VMSClient {
    /// Adds an image to the server: a folder with a `manifest.json` and the files that it names.
    ///
    /// Data that arrived in an earlier, interrupted attempt is not sent again. A connection that breaks during the call
    /// is opened again, up to `patience` times in a row. Memory use does not depend on the files' sizes.
    ///
    /// - Parameters:
    ///   - folder: path of the folder.
    ///   - progress: called with the bytes that the server has, and the total, as they arrive.
    ///   - patience: how many times in a row the upload of a piece may fail.
    /// - Returns: the image as the server records it.
    /// - Throws: ``VMSClientError``; `badFile` for a folder that cannot be read.
    public func addImage(
        folder: String, patience: Int = 5, progress: (@Sendable (_ sent: Int64, _ total: Int64) -> Void)? = nil
    ) async throws -> Image {
        do {
            return try await add(folder, patience, progress)
        } catch let file as LocalImageFile.Unreadable {
            throw VMSClientError.badFile("'\(file.path)' cannot be read: \(file.why)")
        }
    }

    private func add(
        _ folder: String, _ patience: Int, _ progress: (@Sendable (_ sent: Int64, _ total: Int64) -> Void)?
    ) async throws -> Image {
        var request = AddImage()
        request.manifest = String(decoding: try Self.manifest(in: folder), as: UTF8.self)
        for name in Self.files(in: request.manifest) {
            let file = try LocalImageFile(folder + "/" + name)
            var part = NewImageFile()
            part.name = name
            part.size = file.size
            part.digest = try file.digest()
            request.file.append(part)
        }
        let total = request.file.reduce(0) { $0 + ($1.size ?? 0) }
        var bounds = UploadBounds(total: total, patience: patience, piece: Int64(clamping: Self.piece))
        while true {
            do {
                let answer = try await call(request)
                if let image = answer.image { return image }
                guard !answer.missing.isEmpty else {
                    throw VMSClientError.notVMS(server: server, what: "neither an image nor a list of missing files")
                }
                var sent = total
                guard Set(answer.missing.map(\.name)).count == answer.missing.count else {
                    throw VMSClientError.notVMS(server: server, what: "a list of missing files with one twice")
                }
                for missing in answer.missing {
                    // A server may report anything: only files of this image are sent, from a position within the file.
                    guard let size = request.file.first(where: { $0.name == missing.name })?.size,
                        (0..<size).contains(missing.received), missing.path.hasPrefix("/")
                    else {
                        throw VMSClientError.notVMS(
                            server: server,
                            what:
                                "'\(missing.name)' from byte \(missing.received) on at '\(missing.path)', "
                                + "which is impossible"
                        )
                    }
                    sent -= size - missing.received  // fits: it lies within the size
                }
                guard bounds.mayContinue(has: sent) else {
                    throw VMSClientError.notVMS(
                        server: server, what: "that it lacks bytes that it accepted: it has \(sent) of \(total) bytes")
                }
                for missing in answer.missing {
                    try await send(LocalImageFile(folder + "/" + missing.name), to: missing) { piece in
                        sent += piece
                        progress?(sent, total)
                    }
                }
                bounds.sentAll()
            } catch let error as VMSClientError where error.mayPassLater && bounds.mayRetry() {
                try await Task.sleep(for: .milliseconds(200 << min(bounds.failures, 8)))
            }
        }
    }

    /// Bytes of a file in one request.
    private static let piece = 4 << 20

    private func send(_ file: LocalImageFile, to missing: MissingImageFile, _ sent: (Int64) -> Void) async throws {
        var offset = missing.received
        while offset < file.size {
            let bytes = try file.read(at: offset, atMost: Self.piece)
            var message = HTTPClientRequest(url: base + missing.path)
            message.method = .PATCH
            message.headers.add(name: "Content-Type", value: "application/offset+octet-stream")
            message.headers.add(name: "Upload-Offset", value: String(offset))
            message.body = .bytes(bytes)
            let answer = try await send(message, within: .seconds(120))
            guard answer.status == 204 else {
                _ = try answer.content(from: server)
                throw VMSClientError.notVMS(server: server, what: "HTTP \(answer.status) for a piece of a file")
            }
            offset += Int64(bytes.count)
            sent(Int64(bytes.count))
        }
    }

    private static func manifest(in folder: String) throws(VMSClientError) -> Data {
        do {
            return try Data(LocalImageFile(folder + "/manifest.json").whole(atMost: largestManifest))
        } catch {
            throw .badFile("'\(folder)' has no readable manifest.json: \(error.why)")
        }
    }

    private static let largestManifest = 1 << 20

    /// The files that the manifest names. The server checks the manifest itself.
    private static func files(in manifest: String) -> [String] {
        struct Names: Decodable {
            var kernel: String?
            var initrd: String?
            var disk: String?
        }
        guard let names = try? JSONDecoder().decode(Names.self, from: Data(manifest.utf8)) else { return [] }
        return [names.kernel, names.initrd, names.disk].compactMap(\.self).filter { !$0.contains("/") }
    }
}

extension VMSClientError {
    /// Whether a repetition may succeed: also if the server's position in a file is another than expected.
    fileprivate var mayPassLater: Bool {
        if case .fault(let fault) = self, fault.code == "uploadMismatch" { return true }
        return isTransient
    }
}
