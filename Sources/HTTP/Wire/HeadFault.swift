internal import HTTPTypes
internal import Hummingbird
internal import NIOHTTP1

/// A fault of a request's head that makes every request unacceptable: two readers might not agree on its target or on
/// where it ends (RFC 9112 sections 3.2 and 6.1).
enum HeadFault: String {
    /// No Host header, several, or an invalid one.
    case host
    /// An absolute URI in the request line with a name that differs from Host.
    case names
    /// A Transfer-Encoding other than `chunked`.
    case coding
    /// Any Transfer-Encoding in HTTP/1.0, which does not define it.
    case oldCoding

    /// A header that passes the fault on to ``HTTPServer``; a client's header of that name is removed.
    static let header = "vms-head-fault"

    /// - Parameter port: the port of a name without one.
    static func found(in head: HTTPRequestHead, port: Int) -> HeadFault? {
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
        guard let named = HostHeader(String(authority)), named.isSame(as: host, port: port) else {
            return .names
        }
        return nil
    }

    /// A request in HTTP/2, which names its host in a field of its own, in a Host header, or in both (RFC 9113 section
    /// 8.3.1). With a fault, it has none.
    static func checked(_ head: HTTPRequest) -> HTTPRequest {
        var head = head
        let names = ["host", header].compactMap { HTTPField.Name($0) }
        let hosts = names.first.map { head.headerFields[values: $0] } ?? []
        for name in names { head.headerFields[name] = nil }
        let found = (head.authority.map { [$0] } ?? []) + hosts
        let parsed = found.compactMap { HostHeader($0) }
        let fault: HeadFault? =
            if parsed.count != found.count || found.isEmpty || hosts.count > 1 {
                .host
            } else if let first = parsed.first, parsed.contains(where: { !$0.isSame(as: first, port: 443) }) {
                .names
            } else {
                nil
            }
        head.authority = fault == nil ? found.first : nil
        if let fault, let name = names.last { head.headerFields[name] = fault.rawValue }
        return head
    }

    /// The fault of a request that ``Persistence`` left without a host name.
    static func reported(by request: Request) -> HeadFault {
        HTTPField.Name(header).flatMap { request.headers[$0] }.flatMap(HeadFault.init) ?? .host
    }

    var unacceptable: Unacceptable {
        switch self {
        case .host: Unacceptable(.badRequest, "a request must have exactly one Host header, a name or an address\n")
        case .names: Unacceptable(.badRequest, "the request names two different hosts\n")
        case .coding: Unacceptable(.notImplemented, "Transfer-Encoding must be chunked, and nothing else\n")
        case .oldCoding: Unacceptable(.badRequest, "HTTP/1.0 has no Transfer-Encoding\n")
        }
    }
}
