internal import ArgumentParser
internal import HTTP

/// An address to listen on, as `--listen` has it: `HOST:PORT`, `http://HOST:PORT`, `https://HOST:PORT` or `unix:PATH`.
struct ListenAddress: Equatable {
    enum Scheme: String { case http, https, unix }

    /// As the operator wrote it.
    let text: String
    let scheme: Scheme
    let place: HTTPServer.Listener.Place
    /// An address that other machines may reach; `nil` if only programs on this machine can connect.
    let external: String?
    /// The host as the operator wrote it, a name or an address; empty for a Unix socket.
    private let host: String

    /// The names and addresses by which clients reach the server there, for its certificate.
    var certificateNames: [String] {
        guard case .tcp(let address, _) = place else { return [] }
        return ["0.0.0.0", "::"].contains(address) ? Loopback.interfaceAddresses : [host, address]
    }

    var isEncrypted: Bool { scheme == .https }

    /// The host of a URL: an IPv6 address in brackets; `nil` for a Unix socket.
    var urlHost: String? {
        guard case .tcp(let host, _) = place else { return nil }
        return host.contains(":") ? "[\(host)]" : host
    }

    /// - Throws: `ValidationError` for a text of another form, for a name without an address, and for an address that
    ///   other machines can reach without TLS.
    init(_ text: String) throws {
        self.text = text
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard path.hasPrefix("/"), path.utf8.count <= LocalSocket.longest else {
                throw ValidationError(
                    "listen is '\(text)': must be unix: and an absolute path of at most \(LocalSocket.longest) bytes")
            }
            (scheme, place, external, host) = (.unix, .unix(path), nil, "")
            return
        }
        let scheme = ["https", "http"].first { text.lowercased().hasPrefix($0 + "://") }
        let rest = scheme.map { String(text.dropFirst($0.count + 3)) } ?? text
        // fits: it is text
        guard let colon = rest.lastIndex(of: ":"), let port = Int(rest[rest.index(after: colon)...]),
            (0...65535).contains(port), colon != rest.startIndex
        else {
            throw ValidationError(
                "listen is '\(text)': must be HOST:PORT such as 127.0.0.1:8080, https://HOST:PORT, or unix:PATH")
        }
        let name = rest[..<colon]
        let host = name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : String(name)
        guard let loopback = Loopback(host) else {
            throw ValidationError(
                "listen is '\(text)': this machine has no such address or name; 0.0.0.0 or [::] mean all")
        }
        self.scheme = scheme == "https" ? .https : .http
        self.host = host
        external = loopback.external
        if let external, self.scheme == .http {
            throw ValidationError(
                "listen is '\(text)': \(external) can be reached from other machines, and tokens and calls would cross the "
                    + "network unencrypted: use --listen https://\(rest)")
        }
        // The server listens on the checked address, even if the name resolves to another one a moment later.
        place = .tcp(host: loopback.addresses[0], port: port)
    }
}
