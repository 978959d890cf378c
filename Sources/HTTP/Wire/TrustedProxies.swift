internal import HTTPTypes
internal import Hummingbird
package import Model

/// The operator's proxies, whose word on the client's address is taken.
///
/// They name it in `Forwarded` (RFC 7239) or in `X-Forwarded-For`: each proxy adds the address that called it at the
/// end. So the client is the last address that is no trusted proxy; what precedes it may be invented.
package struct TrustedProxies: Sendable {
    let prefixes: [IPPrefix]

    package init(_ prefixes: [IPPrefix] = []) { self.prefixes = prefixes }

    /// The address of a request's client; `nil` if no trusted proxy sent it, so that the client is the peer.
    ///
    /// - Parameter peer: the other end of the connection; `nil` for a Unix socket.
    /// - Throws: 400 if both headers are present and disagree, since then a proxy has left one of them as its client sent
    ///   it; and for a quote that does not end, behind which the proxy's own word would disappear.
    func client(of request: Request, from peer: IPAddress?) throws(Unacceptable) -> IPAddress? {
        guard !prefixes.isEmpty, let peer = peer?.unmapped, isTrusted(peer) else { return nil }
        for text in request.headers[values: .forwarded] where Self.split(text, at: ",") == nil {
            throw Unacceptable(.badRequest, "Forwarded is '\(text.shown(200))': a quoted text in it does not end\n")
        }
        let found = [
            request.headers[values: .forwarded].map { ($0, Self.nodes(forwarded:)) },
            request.headers[values: .xForwardedFor].map { ($0, Self.nodes(list:)) },
        ].filter { !$0.isEmpty }.map { values in
            client(values.flatMap { text, nodes in nodes(text) }, from: peer)
        }
        if let first = found.first, found.contains(where: { $0 != first }) {
            throw Unacceptable(
                .badRequest,
                "Forwarded and X-Forwarded-For name different clients: the proxy must remove the one that it does not set\n"
            )
        }
        return found.first
    }

    private func isTrusted(_ address: IPAddress) -> Bool { prefixes.contains { $0.contains(address) } }

    private func client(_ nodes: [String], from peer: IPAddress) -> IPAddress {
        var client = peer
        for node in nodes.reversed() {
            // A name such as `unknown` hides the address; the proxy that sent it is all that is known.
            guard let address = Self.address(node) else { break }
            client = address
            guard isTrusted(address) else { break }
        }
        return client
    }

    /// The addresses in a list such as `192.0.2.1, 198.51.100.2:4711`.
    private static func nodes(list text: String) -> [String] {
        text.split(separator: ",").map { String($0).withoutOuterSpace }
    }

    /// The parameters `for` of a list such as `for=192.0.2.1;proto=https, for="[2001:db8::1]:4711"`. An element without
    /// one is an empty text.
    private static func nodes(forwarded text: String) -> [String] {
        var nodes = [""]
        for element in split(text, at: ",") ?? [] {
            let pair = (split(element, at: ";") ?? []).map(\.withoutOuterSpace).first {
                $0.lowercased().hasPrefix("for=")
            }
            nodes.append(pair.map { String($0.dropFirst(4)).withoutOuterSpace } ?? "")
        }
        return Array(nodes.dropFirst())
    }

    /// Splits at a separator outside of quotes; `nil` if a quoted text does not end.
    private static func split(_ text: String, at separator: Character) -> [String]? {
        var (parts, isQuoted, isEscaped) = ([""], false, false)
        for character in text {
            if character == separator, !isQuoted {
                parts.append("")
                continue
            }
            parts[parts.count - 1].append(character)
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
        }
        return isQuoted ? nil : parts
    }

    /// An address, with or without quotes, brackets and port.
    private static func address(_ node: String) -> IPAddress? {
        var text = node
        if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 { text = String(text.dropFirst().dropLast()) }
        if text.hasPrefix("[") {
            return text.firstIndex(of: "]").flatMap { IPAddress(String(text[..<$0].dropFirst())) }?.unmapped
        }
        if text.filter({ $0 == ":" }).count == 1 { text = String(text.prefix { $0 != ":" }) }
        return IPAddress(text)?.unmapped
    }
}

extension String {
    /// The text of a header without optional white space (RFC 9110, section 5.6.3) at both ends.
    var withoutOuterSpace: String {
        // By bytes: to find the end of a character takes a hundred times as long.
        let isText = { (byte: UInt8) in byte != UInt8(ascii: " ") && byte != UInt8(ascii: "\t") }
        guard let first = utf8.firstIndex(where: isText), let last = utf8.lastIndex(where: isText) else { return "" }
        return String(decoding: utf8[first...last], as: UTF8.self)
    }
}

extension HTTPField.Name {
    fileprivate static let forwarded = Self("Forwarded") ?? .range
    fileprivate static let xForwardedFor = Self("X-Forwarded-For") ?? .range
}
