internal import FoundationEssentials
internal import Glibc
package import Logging
internal import NIOSSL
internal import Synchronization

/// The server's certificate and key, read from files, and read again when they have changed: an open connection keeps
/// the one with which it began.
package final class ServerCertificate: Sendable {
    /// Paths of PEM files; the certificate's file may have the chain behind it.
    package struct Files: Sendable, Equatable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) { (self.certificate, self.key) = (certificate, key) }
    }

    /// A file that cannot be used.
    package struct Unusable: Error {
        package let words: String
    }

    private struct State {
        var context: NIOSSLContext
        var stamps: [Stamp]
    }

    private let files: Files
    private let log: Logger
    private let state: Mutex<State>

    /// - Throws: ``Unusable`` with the file and the reason.
    package init(_ files: Files, log: Logger) throws(Unusable) {
        (self.files, self.log) = (files, log)
        state = Mutex(State(context: try Self.context(files), stamps: Self.stamps(files)))
    }

    /// The context for the next connection. If new files cannot be used, the present ones stay, and the log says so.
    var context: NIOSSLContext {
        state.withLock { state in
            let stamps = Self.stamps(files)
            guard stamps != state.stamps else { return state.context }
            state.stamps = stamps
            do throws(Unusable) {
                state.context = try Self.context(files)
                log.notice("the certificate was read again", metadata: ["file": "\(files.certificate)"])
            } catch {
                log.error(
                    "the new certificate cannot be used; the present one stays", metadata: ["why": "\(error.words)"])
            }
            return state.context
        }
    }

    /// Digest (SHA-256) of the certificate, by which clients pin it.
    package var fingerprint: String? {
        guard let certificate = try? NIOSSLCertificate.fromPEMFile(files.certificate).first,
            let bytes = try? certificate.toDERBytes()
        else { return nil }
        return SHA256Text.text(of: bytes)
    }

    private static func context(_ files: Files) throws(Unusable) -> NIOSSLContext {
        var chain: [NIOSSLCertificateSource] = []
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { .certificate($0) }
        } catch {
            throw Unusable(words: "\(files.certificate) is no certificate in PEM")
        }
        guard let mode = attributes(files.key)?[.posixPermissions] as? Int else {
            throw Unusable(words: "\(files.key) cannot be read")
        }
        guard mode & 0o077 == 0 else {
            throw Unusable(words: "\(files.key) is a private key, and others may read it: chmod 600 '\(files.key)'")
        }
        guard let key = try? NIOSSLPrivateKey(file: files.key, format: .pem) else {
            throw Unusable(words: "\(files.key) is no private key in PEM without a passphrase")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        // A certificate is asked for, and judged by its key: see ClientCertificate.
        configuration.certificateVerification = .optionalVerification
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Unusable(words: "\(files.certificate) and \(files.key) do not belong together")
        }
    }

    /// What shows that a file has changed.
    private struct Stamp: Equatable {
        var inode: UInt64?
        var time: Date?
        var size: UInt64?
    }

    private static func stamps(_ files: Files) -> [Stamp] {
        [files.certificate, files.key].map { path in
            let found = attributes(path) ?? [:]
            return Stamp(
                inode: found[.systemFileNumber] as? UInt64, time: found[.modificationDate] as? Date,
                size: found[.size] as? UInt64)
        }
    }

    /// The attributes of a file, behind links, as tools that renew certificates make them; `nil` if there is none.
    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return try? FileManager.default.attributesOfItem(atPath: String(cString: real))
    }
}
