import Foundation
import Logging
import NIOSSL
import Testing

@testable import HTTP

/// The certificate that the server makes for itself, and when it makes another one.
struct OwnCertificateTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "own-\(UUID().uuidString)").path
    private let day = 86_400.0

    private func own(_ names: [String] = ["vms.example.org", "192.0.2.1"]) -> OwnCertificate {
        OwnCertificate(folder: folder, names: names)
    }

    private func files() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: "\(folder)/\($0)") ?? Data()) })
    }

    @Test("a certificate is made once, and again before it ends or when a name is added; its authority stays")
    func renewal() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let now = Date()
        try own().prepare(now: now)
        let first = try files()
        #expect(Set(first.keys) == ["ca.pem", "ca.key", "server.pem", "server.key"])
        for name in first.keys {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600, "\(name)")
        }
        try own().prepare(now: now.addingTimeInterval(789 * day))
        try own(["192.0.2.1"]).prepare(now: now)
        #expect(try files() == first)
        try own().prepare(now: now.addingTimeInterval(791 * day))
        let second = try files()
        #expect(second["server.pem"] != first["server.pem"] && second["ca.pem"] == first["ca.pem"])
        try own(["vms.example.org", "192.0.2.2"]).prepare(now: now.addingTimeInterval(791 * day))
        let third = try files()
        #expect(third["server.pem"] != second["server.pem"] && third["ca.pem"] == first["ca.pem"])
        try own().prepare(now: now.addingTimeInterval(3621 * day))
        #expect(try files()["ca.pem"] != first["ca.pem"])
    }

    @Test("key and certificate belong together, also after a renewal that was interrupted between them")
    func interrupted() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try own().prepare()
        try files()["ca.key"]?.write(to: URL(filePath: folder + "/server.key"))
        try own().prepare()
        let log = Logger(label: "test") { _ in LogBook() }
        #expect(try ServerCertificate(own().files, log: log).fingerprint?.count == 64)
    }

    @Test("the authority stays while the clock is wrong, and without its key, and says so")
    func keptAuthority() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let now = Date()
        try own().prepare(now: now)
        let first = try files()
        let clock = #expect(throws: ServerCertificate.Unusable.self) {
            try own().prepare(now: now.addingTimeInterval(-2 * day))
        }
        #expect(clock?.words.contains("clock") == true)
        try files()["server.key"]?.write(to: URL(filePath: folder + "/ca.key"))
        let other = #expect(throws: ServerCertificate.Unusable.self) { try own().prepare(now: now) }
        #expect(other?.words.contains("do not belong together") == true)
        try FileManager.default.removeItem(atPath: folder + "/ca.key")
        let missing = #expect(throws: ServerCertificate.Unusable.self) { try own().prepare(now: now) }
        #expect(missing?.words.contains(folder + "/ca.key") == true)
        #expect(try files()["ca.pem"] == first["ca.pem"])
    }

    @Test("addresses are names of the certificate, also in brackets")
    func addresses() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let own = own(["2001:db8::1", "[2001:db8::2]", "192.0.2.1", "vms.example.org"])
        try own.prepare()
        let certificate = try NIOSSLCertificate.fromPEMFile(own.files.certificate)[0]
        let names = certificate._subjectAlternativeNames().map { (type: $0.nameType, bytes: Array($0.contents)) }
        #expect(names.filter { $0.type == .ipAddress }.map(\.bytes.count).sorted() == [4, 16, 16])
        let hosts = names.filter { $0.type == .dnsName }.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(hosts == ["vms.example.org"])
    }

    @Test("a damaged file is named")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try own().prepare()
        try Data("x".utf8).write(to: URL(filePath: folder + "/ca.pem"))
        let error = #expect(throws: ServerCertificate.Unusable.self) { try own().prepare() }
        #expect(error?.words.contains(folder + "/ca.pem") == true)
    }
}
