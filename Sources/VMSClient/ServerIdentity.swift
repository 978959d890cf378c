internal import Crypto
internal import FoundationEssentials
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// The certificates with which a server presents itself, before anybody trusts them.
///
/// A server with a certificate of its own is unknown to the system. A person compares ``fingerprint`` with the server's
/// log, and then uses ``authority`` for ``VMSClient``.
public struct ServerIdentity: Sendable, Equatable {
    /// The certificate of the server's authority in PEM: the last one that the server sends.
    public let authority: String
    /// SHA-256 digest of the server's certificate, in hexadecimal.
    public let fingerprint: String

    /// Asks a server for its certificates, and sends it nothing.
    ///
    /// - Parameter server: an `https://` address.
    /// - Throws: ``VMSClientError``; `notVMS` if it does not use TLS.
    public static func presented(by server: String) async throws(VMSClientError) -> ServerIdentity {
        let address = try ServerAddress(server)
        guard let (host, port) = address.endpoint else {
            throw .badServer("'\(address.text)' must begin with https://")
        }
        let chain: [NIOSSLCertificate]
        do {
            chain = try await certificates(of: host, port)
        } catch {
            throw VMSClientError(transport: error, server: address.text)
        }
        guard let own = try? chain.first?.toDERBytes(), let last = try? chain.last?.toDERBytes() else {
            throw .notVMS(server: address.text, what: "no certificate")
        }
        return ServerIdentity(
            authority: """
                -----BEGIN CERTIFICATE-----
                \(Data(last).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed]))
                -----END CERTIFICATE-----

                """, fingerprint: Hexadecimal.text(SHA256.hash(data: own)))
    }

    private final class Seen: Sendable {
        let chain = Mutex<[NIOSSLCertificate]>([])
    }

    private static func certificates(of host: String, _ port: Int) async throws -> [NIOSSLCertificate] {
        let (seen, limit) = (Seen(), TimeAmount.seconds(10))
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(limit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = try NIOSSLClientHandler(
                        context: context, serverHostname: isAddress(host) ? nil : host,
                        customVerificationCallback: { chain, promise in
                            seen.chain.withLock { $0 = chain }
                            // The certificates are all that is wanted.
                            promise.succeed(.failed)
                        })
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: host, port: port).get()
        let deadline = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        try? await channel.closeFuture.get()
        deadline.cancel()
        return seen.chain.withLock { $0 }
    }

    /// Names are sent to the server in the handshake, and addresses must not be (RFC 6066, section 3).
    private static func isAddress(_ host: String) -> Bool { (try? SocketAddress(ipAddress: host, port: 0)) != nil }
}

/// Digests as text.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.reduce(into: "") { digits, byte in digits += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    }
}
