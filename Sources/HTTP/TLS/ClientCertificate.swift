internal import Control
internal import Glibc
internal import Model
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// The client's certificate of a connection. Its issuer does not matter: the public key itself is registered with a
/// user, and the handshake proves that the client has the private one.
final class ClientCertificate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var key: Digest?
    /// The end of its validity, in seconds since 1970. A connection, or a session that is resumed, may outlast it.
    private var end = time_t.max

    private var validKey: Digest? { time(nil) <= end ? key : nil }

    /// Accepts each certificate that is valid at this time.
    static func verify(_ certificates: [NIOSSLCertificate], _ promise: EventLoopPromise<NIOSSLVerificationResult>) {
        let now = time(nil)
        guard let leaf = certificates.first else { return promise.succeed(.certificateVerified) }
        promise.succeed(
            leaf.notValidBefore <= now && now <= leaf.notValidAfter ? .certificateVerified : .failed)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event,
            let certificate = try? context.channel.pipeline.syncOperations.nioSSL_peerCertificate(),
            let bytes = try? certificate.extractPublicKey().toSPKIBytes()
        {
            key = Digest(SHA256Text.text(of: bytes))
            end = certificate.notValidAfter
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// The certificate's key of a connection; `nil` without TLS, or without a certificate.
    static func key(of channel: any Channel) async -> Digest? {
        let found = channel.eventLoop.submit {
            // A request in HTTP/2 has a channel of its own.
            try? (channel.isStream ? channel.parent ?? channel : channel).pipeline.syncOperations.handler(
                type: ClientCertificate.self
            ).validKey
        }
        return try? await found.get()
    }
}
