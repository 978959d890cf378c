package import Hummingbird
internal import NIOCore

/// What a face knows of a call beside its message: a logger that names the request, and the connection's two ends.
package struct CallContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Address of the client, or of the proxy before us.
    var remoteAddress: String? { channel.remoteAddress?.ipAddress }

    /// `host:port` of our end, for clients of HTTP/1.0 that name no host.
    static func authority(of channel: any Channel) -> String {
        guard let address = channel.localAddress, let host = address.ipAddress, let port = address.port else {
            return "localhost"
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
