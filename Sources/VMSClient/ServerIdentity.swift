internal import Crypto
internal import FoundationEssentials
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS
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
    /// A second handshake proves that the server has the key of the certificate with the fingerprint, and that the
    /// authority issued that certificate: otherwise a stranger could show both of others, and send its own authority.
    ///
    /// - Parameter server: an `https://` address.
    /// - Throws: ``VMSClientError``; `untrusted` if the certificates do not belong together, `notVMS` if it does not use
    ///   TLS.
    public static func presented(by server: String) async throws(VMSClientError) -> ServerIdentity {
        let address = try ServerAddress(server)
        guard let (host, port) = address.endpoint else {
            throw .badServer("'\(address.text)' must begin with https://")
        }
        let (own, authority): (NIOSSLCertificate?, NIOSSLCertificate?)
        do {
            authority = try await handshake(with: host, port, trusting: nil).last
            own = if let authority { try await handshake(with: host, port, trusting: authority).first } else { nil }
        } catch {
            throw VMSClientError(transport: error, server: address.text)
        }
        guard let own = try? own?.toDERBytes(), let last = try? authority?.toDERBytes() else {
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

    /// The server's certificates, its own first.
    ///
    /// - Parameter authority: the certificate that alone is trusted; `nil` to take any, and to end the handshake.
    /// - Throws: errors of the connection and of the handshake.
    private static func handshake(
        with host: String, _ port: Int, trusting authority: NIOSSLCertificate?
    ) async throws -> [NIOSSLCertificate] {
        let (seen, limit) = (Seen(), TimeAmount.seconds(10))
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authority { configuration.trustRoots = .certificates([authority]) }
        let (context, name) = (try NIOSSLContext(configuration: configuration), isAddress(host) ? nil : host)
        let done = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: [NIOSSLCertificate].self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(limit)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler =
                            if authority != nil {
                                try NIOSSLClientHandler(context: context, serverHostname: name)
                            } else {
                                try NIOSSLClientHandler(
                                    context: context, serverHostname: name,
                                    customVerificationCallback: { chain, promise in
                                        seen.chain.withLock { $0 = chain }
                                        // The certificates are all that is wanted.
                                        promise.succeed(.failed)
                                    })
                            }
                        try channel.pipeline.syncOperations.addHandlers(handler, HandshakeEnd(done))
                    }
                }
                .connect(host: host, port: port).get()
        } catch {
            done.fail(error)
            throw error
        }
        let deadline = channel.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
        defer {
            deadline.cancel()
            channel.close(promise: nil)
        }
        let proven: [NIOSSLCertificate]
        do { proven = try await done.futureResult.get() } catch {
            guard authority == nil else { throw error }
            let chain = seen.chain.withLock { $0 }
            if chain.isEmpty { throw error }
            return chain
        }
        return proven
    }

    /// Waits for the end of a handshake.
    private final class HandshakeEnd: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private let done: EventLoopPromise<[NIOSSLCertificate]>

        init(_ done: EventLoopPromise<[NIOSSLCertificate]>) { self.done = done }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case TLSUserEvent.handshakeCompleted = event else {
                return context.fireUserInboundEventTriggered(event)
            }
            let own = try? context.channel.pipeline.syncOperations.nioSSL_peerCertificate()
            done.succeed([own].compactMap(\.self))
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            done.fail(error)
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }
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
