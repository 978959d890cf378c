internal import Crypto
package import FoundationEssentials
internal import Glibc
internal import Model
internal import SwiftASN1
internal import X509

/// A certificate of the server's own, for an operator that has none, issued by an authority of its own, which clients
/// pin or trust. The authority stays, so that they also trust the certificates that follow.
package struct OwnCertificate {
    /// The files of the server's certificate and key.
    package let files: ServerCertificate.Files
    /// The file of the authority's certificate, for clients.
    package let authority: String

    private let authorityKey: String
    private let names: Set<String>

    private static let authorityDays = 3650.0
    /// Browsers refuse certificates that are valid for longer than 825 days.
    private static let serverDays = 820.0
    /// A certificate is replaced this long before its end.
    private static let marginDays = 30.0

    private struct Issuer {
        let certificate: Certificate
        let key: P256.Signing.PrivateKey
    }

    /// - Parameters:
    ///   - folder: the folder of the files.
    ///   - names: host names and addresses of the server.
    package init(folder: String, names: [String]) {
        files = .init(certificate: folder + "/server.pem", key: folder + "/server.key")
        (authority, authorityKey) = (folder + "/ca.pem", folder + "/ca.key")
        self.names = Set(names)
        mkdir(folder, 0o700)
    }

    /// Makes the files that are missing, and a new certificate if the present one lacks a name or ends soon.
    ///
    /// - Throws: ``ServerCertificate/Unusable``.
    package func prepare(now: Date = Date()) throws {
        do {
            let issuer = try storedIssuer(at: now) ?? newIssuer(at: now)
            if try !isUsable(at: now, issuer) { try issue(by: issuer, at: now) }
        } catch let error as ServerCertificate.Unusable {
            throw error
        } catch {
            throw ServerCertificate.Unusable(
                words:
                    "the server's own certificate in \(authority) or \(files.certificate) is damaged: remove the files, "
                    + "and clients must trust new ones (\(error))")
        }
    }

    /// The authority that clients know; `nil` if there is none yet, or if it ends.
    private func storedIssuer(at now: Date) throws -> Issuer? {
        guard let certificate = try Self.text(authority) else { return nil }
        guard let key = try Self.text(authorityKey) else {
            throw ServerCertificate.Unusable(
                words:
                    "\(authority) has no key, \(authorityKey): restore it, or remove both, after which clients must trust "
                    + "a new authority")
        }
        let issuer = Issuer(
            certificate: try Certificate(pemEncoded: certificate),
            key: try P256.Signing.PrivateKey(pemRepresentation: key))
        guard Certificate.PrivateKey(issuer.key).publicKey == issuer.certificate.publicKey else {
            throw ServerCertificate.Unusable(words: "\(authority) and \(authorityKey) do not belong together")
        }
        guard issuer.certificate.notValidBefore <= now else {
            throw ServerCertificate.Unusable(
                words: "the clock of this machine is before the begin of \(authority): set it")
        }
        return Self.isValid(issuer.certificate, at: now) ? issuer : nil
    }

    private func isUsable(at now: Date, _ issuer: Issuer) throws -> Bool {
        // The chain's first certificate is the server's.
        guard let chain = try Self.text(files.certificate), let key = try Self.text(files.key),
            let pem = try PEMDocument.parseMultiple(pemString: chain).first
        else { return false }
        let certificate = try Certificate(pemDocument: pem)
        let present = Set(try certificate.extensions.subjectAlternativeNames.map { Array($0) } ?? [])
        let own = Certificate.PrivateKey(try P256.Signing.PrivateKey(pemRepresentation: key)).publicKey
        // The server may have ended between the writing of the key and that of the certificate.
        return own == certificate.publicKey && Self.isValid(certificate, at: now)
            && present.isSuperset(of: names.map(Self.generalName))
            && issuer.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    private func newIssuer(at now: Date) throws -> Issuer {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("VMS authority of \(names.min() ?? "this server")") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: Certificate.PrivateKey(key).publicKey,
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: now.addingTimeInterval(Self.authorityDays * 86_400), issuer: name, subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            }, issuerPrivateKey: Certificate.PrivateKey(key))
        // At the end of an earlier authority, its certificate goes first: one without its key, or with another one, is
        // refused.
        unlink(authority)
        try Self.write(key.pemRepresentation + "\n", to: authorityKey)
        try Self.write(certificate.serializeAsPEM().pemString + "\n", to: authority)
        return Issuer(certificate: certificate, key: key)
    }

    private func issue(by issuer: Issuer, at now: Date) throws {
        let key = P256.Signing.PrivateKey()
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: Certificate.PrivateKey(key).publicKey,
            notValidBefore: now.addingTimeInterval(-3600),
            notValidAfter: min(now.addingTimeInterval(Self.serverDays * 86_400), issuer.certificate.notValidAfter),
            issuer: issuer.certificate.subject, subject: try DistinguishedName { CommonName(names.min() ?? "vmsd") },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(names.sorted().map(Self.generalName))
            }, issuerPrivateKey: Certificate.PrivateKey(issuer.key))
        let chain = [certificate, issuer.certificate]
        try Self.write(key.pemRepresentation + "\n", to: files.key)
        try Self.write(
            try chain.map { try $0.serializeAsPEM().pemString + "\n" }.joined(), to: files.certificate)
    }

    private static func isValid(_ certificate: Certificate, at now: Date) -> Bool {
        certificate.notValidBefore <= now && certificate.notValidAfter > now.addingTimeInterval(marginDays * 86_400)
    }

    /// - Parameter name: a DNS name or an address; an IPv6 address may have the brackets of a URL.
    private static func generalName(_ name: String) -> GeneralName {
        let name = name.hasPrefix("[") ? String(name.dropFirst().prefix { $0 != "]" }) : name
        guard let address = IPAddress(name) else { return .dnsName(name) }
        return .ipAddress(ASN1OctetString(contentBytes: address.bytes[...]))
    }

    /// - Returns: `nil` for a file that does not exist.
    /// - Throws: for one that cannot be read.
    private static func text(_ path: String) throws -> String? {
        if access(path, F_OK) != 0, errno == ENOENT { return nil }
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    /// Puts a new file in place of the old one, if there is one.
    private static func write(_ text: String, to path: String) throws {
        let draft = path + ".new"
        unlink(draft)
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(descriptor) == 0, rename(draft, path) == 0 else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> ServerCertificate.Unusable {
        ServerCertificate.Unusable(words: "\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
