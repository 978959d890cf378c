package import Hummingbird
internal import NIOCore

/// The context of a call besides its message: a logger that names the request, and the connection's two addresses.
package struct CallContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Address of the client, or of the proxy in front of this server.
    var remoteAddress: String? { channel.remoteAddress?.ipAddress }

    /// `host:port` of the server's end, for clients of HTTP/1.0 that send no Host.
    static func authority(of channel: any Channel) -> String {
        guard let address = channel.localAddress, let host = address.ipAddress, let port = address.port else {
            return "localhost"
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
