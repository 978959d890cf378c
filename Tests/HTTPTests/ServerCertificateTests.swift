import Foundation
import Logging
import Testing

@testable import HTTP

/// The operator's certificate, and its replacement while the server runs.
struct ServerCertificateTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)").path
    private let log = LogBook()

    private func made() throws -> ServerCertificate.Files {
        let own = OwnCertificate(folder: folder, names: ["localhost"])
        try own.prepare()
        return own.files
    }

    private func certificate(_ files: ServerCertificate.Files) throws -> ServerCertificate {
        try ServerCertificate(files, log: Logger(label: "test") { _ in log })
    }

    @Test("a private key that others may read is refused, with the command that mends it")
    func mode() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try made()
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: files.key)
        let error = #expect(throws: ServerCertificate.Unusable.self) { try certificate(files) }
        #expect(error?.words.contains("chmod 600 '\(files.key)'") == true)
    }

    @Test("files that are replaced by others are used for the next connection, and unusable ones are not")
    func replaced() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try made()
        let certificate = try certificate(files)
        let first = certificate.context
        #expect(certificate.context === first)
        try Data("no certificate".utf8).write(to: URL(filePath: files.certificate))
        #expect(certificate.context === first)
        try FileManager.default.removeItem(atPath: folder)
        _ = try made()
        #expect(certificate.context !== first)
    }
}
