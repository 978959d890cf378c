internal import Model

/// The address at which clients reach this server, if it differs from the listening address: for example a proxy that
/// terminates TLS.
package struct PublicURL: Sendable, Equatable {
    /// The given text, without a slash at its end.
    package let text: String
    /// Scheme and authority, in lower case, as a browser spells its `Origin`.
    let origin: String
    /// Host, and port unless it is the scheme's default.
    let authority: String
    package let host: String

    package struct Malformed: Error {
        /// The rule that the text violates.
        package let words: String
    }

    /// Parses and normalizes an address.
    ///
    /// - Parameter text: `http` or `https`, a host, optionally a port and a path.
    /// - Throws: for anything else: user, query, fragment, white space, markup.
    package init(_ text: String) throws(Malformed) {
        let lower = text.lowercased()
        guard let scheme = ["https", "http"].first(where: { lower.hasPrefix($0 + "://") }) else {
            throw Malformed(words: "must begin with https:// or http://")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
        guard let (host, port) = HostHeader(authority).map({ ($0.host, $0.port) }) else {
            throw Malformed(words: "must name a host and optionally a port, without a user name")
        }
        let path = rest.dropFirst(authority.count)
        guard path.utf8.allSatisfy(Self.isOfPath) else {
            throw Malformed(words: "must have a path of letters, digits and /._~-, and no query")
        }
        let isUsual = port == nil || port == (scheme == "https" ? 443 : 80)
        self.host = host
        self.authority = isUsual ? host : "\(host):\(port ?? 0)"
        origin = "\(scheme)://\(self.authority)"
        let plain = path.reversed().drop { $0 == "/" }.reversed()
        self.text = origin + String(plain)
    }

    private static func isOfPath(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "/._~-".utf8.contains(byte)
        }
    }
}

/// A Host header's value (RFC 9110 section 7.2): a name or an address, and optionally a port.
struct HostHeader: Equatable {
    /// With the brackets of an IPv6 address.
    package let host: String
    let port: Int?

    /// `nil` for an invalid value.
    init?(_ text: String) {
        let isBracketed = text.hasPrefix("[")
        let end = isBracketed ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
        let host = text[..<(end ?? text.endIndex)]
        let inner = isBracketed ? host.dropFirst().dropLast() : host
        let isPlain = inner.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: (isBracketed ? ":." : "._-").utf8.contains(byte)
            }
        }
        guard isPlain, (1...255).contains(inner.utf8.count), !isBracketed || end != nil else { return nil }
        guard isBracketed ? IPAddress(String(inner))?.isIPv6 == true : Self.isName(inner) else { return nil }
        self.host = String(host)
        let rest = text[(end ?? text.endIndex)...]
        guard !rest.isEmpty else {
            port = nil
            return
        }
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard !digits.isEmpty else {
            port = nil
            return
        }
        guard let number = Int(digits), (0...65_535).contains(number) else { return nil }
        port = number
    }

    /// Labels separated by dots, optionally with a trailing dot; no label begins or ends with a hyphen.
    private static func isName(_ text: Substring) -> Bool {
        var labels = text.split(separator: ".", omittingEmptySubsequences: false)
        if labels.count > 1, labels.last == "" { _ = labels.popLast() }
        return labels.allSatisfy { !$0.isEmpty && $0.first != "-" && $0.last != "-" }
    }

    /// Whether both name the same host and port.
    ///
    /// - Parameter standard: the port of a name without one.
    func isSame(as other: HostHeader, port standard: Int) -> Bool {
        host.lowercased() == other.host.lowercased() && (port ?? standard) == (other.port ?? standard)
    }
}
