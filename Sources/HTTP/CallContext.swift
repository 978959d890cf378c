internal import Control
package import Hummingbird
internal import Model
internal import NIOCore

/// The context of a call besides its message: a logger that names the request, and the connection's two addresses.
package struct CallContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel
    /// Whether the listener lets callers without a credential do everything.
    var allowsNone = false
    /// Whether the connection uses TLS.
    var isEncrypted = false

    var scheme: String { isEncrypted ? "https" : "http" }

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Address of the client that a trusted proxy names.
    var forwarded: IPAddress?

    /// Address of the other end of the connection; `nil` for a Unix socket.
    var peer: IPAddress? { channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) } }

    /// Address of the client, or of the proxy in front of this server.
    var remoteAddress: String? { forwarded.map { "\($0)" } ?? channel.remoteAddress?.ipAddress }

    /// The origin of the call, for access control.
    var origin: CallOrigin { CallOrigin(address: forwarded ?? peer, allowsNone: allowsNone) }

    /// `host:port` of the server's end, for clients of HTTP/1.0 that send no Host.
    static func authority(of channel: any Channel) -> String {
        guard let address = channel.localAddress, let host = address.ipAddress, let port = address.port else {
            return "localhost"
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
