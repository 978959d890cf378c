internal import HTTPTypes
internal import Hummingbird
internal import NIOHTTP1

/// What is wrong with a request's head whatever it asks for: two readers of it might not agree whom it is for, or where it
/// ends (RFC 9112 sections 3.2 and 6.1).
enum HeadFault: String {
    /// No Host header, several, or one that is none.
    case host
    /// A whole address in the first line, with another name than in Host.
    case names
    /// A Transfer-Encoding other than `chunked`.
    case coding
    /// Any Transfer-Encoding in HTTP/1.0, which does not know it.
    case oldCoding

    /// Tells ``HTTPServer``; what a client sends under this name is taken away.
    static let header = "vms-head-fault"

    static func found(in head: HTTPRequestHead) -> HeadFault? {
        let codings = head.headers["transfer-encoding"]
        if !codings.isEmpty {
            guard head.version != .http1_0 else { return .oldCoding }
            guard codings.count == 1, codings[0].lowercased() == "chunked" else { return .coding }
        }
        let hosts = head.headers["host"]
        if hosts.isEmpty, head.version == .http1_0 { return nil }
        guard hosts.count == 1, let host = HostHeader(hosts[0]) else { return .host }
        guard !head.uri.hasPrefix("/"), let mark = head.uri.firstRange(of: "://") else { return nil }
        let authority = head.uri[mark.upperBound...].prefix { !"/?#".contains($0) }
        guard let named = HostHeader(String(authority)), named.isSame(as: host) else { return .names }
        return nil
    }

    /// Of a request that ``Persistence`` left without a name.
    static func told(by request: Request) -> HeadFault {
        HTTPField.Name(header).flatMap { request.headers[$0] }.flatMap(HeadFault.init) ?? .host
    }

    var unacceptable: Unacceptable {
        switch self {
        case .host: Unacceptable(.badRequest, "a request must have exactly one Host header, a name or an address\n")
        case .names: Unacceptable(.badRequest, "the request is for one name and says another in Host\n")
        case .coding: Unacceptable(.notImplemented, "Transfer-Encoding must be chunked, and nothing else\n")
        case .oldCoding: Unacceptable(.badRequest, "HTTP/1.0 knows no Transfer-Encoding\n")
        }
    }
}
