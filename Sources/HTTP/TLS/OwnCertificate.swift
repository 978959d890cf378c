internal import Crypto
package import FoundationEssentials
internal import Glibc
internal import Model
internal import SwiftASN1
internal import X509

/// A certificate of the server's own, for an operator that has none: made once, with an authority of its own, which
/// clients pin or trust.
package struct OwnCertificate {
    /// The files of the server's certificate and key.
    package let files: ServerCertificate.Files
    /// The file of the authority's certificate, for clients.
    package let authority: String

    private static let authorityDays = 3650.0
    /// Browsers refuse certificates that are valid for longer than 825 days.
    private static let serverDays = 820.0

    /// Finds the files in a folder, or makes them.
    ///
    /// - Parameter names: host names and addresses of the server.
    /// - Throws: errors of the file system and of the certificates' library.
    package init(folder: String, names: [String], now: Date = Date()) throws {
        files = .init(certificate: folder + "/server.pem", key: folder + "/server.key")
        authority = folder + "/ca.pem"
        let paths: [String] = [files.certificate, files.key, authority]
        if paths.allSatisfy({ access($0, F_OK) == 0 }) { return }
        mkdir(folder, 0o700)
        let own = P256.Signing.PrivateKey()
        let authorityKey = Certificate.PrivateKey(own)
        let issuer = try DistinguishedName { CommonName("VMS authority of \(names.first ?? "this server")") }
        let begin = now.addingTimeInterval(-3600)
        let authority = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: authorityKey.publicKey, notValidBefore: begin,
            notValidAfter: now.addingTimeInterval(Self.authorityDays * 86_400), issuer: issuer, subject: issuer,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true))
            }, issuerPrivateKey: authorityKey)
        let key = P256.Signing.PrivateKey()
        let server = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: Certificate.PrivateKey(key).publicKey,
            notValidBefore: begin, notValidAfter: now.addingTimeInterval(Self.serverDays * 86_400), issuer: issuer,
            subject: try DistinguishedName { CommonName(names.first ?? "vmsd") },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(Set(names).sorted().map(Self.generalName))
            }, issuerPrivateKey: authorityKey)
        let chain = try server.serializeAsPEM().pemString + "\n" + authority.serializeAsPEM().pemString + "\n"
        try Self.write(key.pemRepresentation + "\n", to: files.key)
        try Self.write(authority.serializeAsPEM().pemString + "\n", to: self.authority)
        try Self.write(chain, to: files.certificate)
    }

    private static func generalName(_ name: String) -> GeneralName {
        guard let address = IPAddress(name) else { return .dnsName(name) }
        return .ipAddress(ASN1OctetString(contentBytes: address.bytes[...]))
    }

    /// The key of the authority is not kept: a new server certificate comes with a new authority.
    private static func write(_ text: String, to path: String) throws {
        unlink(path)
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        let bytes = Array(text.utf8)
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        defer { close(descriptor) }
        guard descriptor >= 0, count == bytes.count, fsync(descriptor) == 0 else {
            throw ServerCertificate.Unusable(words: "\(path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }
}
