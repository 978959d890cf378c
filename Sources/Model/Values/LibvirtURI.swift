/// A libvirt connection URI of the few allowed kinds, in our own spelling.
///
/// libvirt's parser accepts much that is harmful: transports that run commands, `;` between parameters, drivers
/// that read any file (`test:///FILE`), parameters that turn verification off. So a caller's text is parsed by
/// the grammar below, and libvirt gets only ``text``, which is composed anew.
///
///     test:///default
///     (qemu | xen) ["+unix"] ":///" path ["?" parameter *("&" parameter)]      local
///     (qemu | xen) ("+tls" | "+tcp") "://" [user "@"] host [":" port] "/" path
///     path      = "system" | "session" (local qemu) | "" (xen)
///     parameter = "socket=" absolute path | "mode=" ("auto" | "direct" | "legacy"), each once
package struct LibvirtURI: Sendable, Equatable {
    package enum Driver: String, Sendable { case qemu, xen, test }
    package enum Transport: String, Sendable { case unix, tls, tcp }

    package let driver: Driver
    /// `nil` means local, without an explicit transport.
    package let transport: Transport?
    /// The URI to pass to libvirt.
    package let text: String
    /// The requested socket of a local URI.
    package let socket: String?

    /// Whether it leads to the computer on which this server runs.
    package var isLocal: Bool { transport == nil || transport == .unix }

    /// - Throws: `invalidValue` with the allowed form.
    package init(_ input: String, subject: Refusal.Subject = .uri) throws(Refusal) {
        let refused = { (why: Refusal.Words) in
            Refusal(.invalidValue, subject, "\(subject) is '\(input.shown)': \(why)", value: input.shown)
        }
        guard input.utf8.allSatisfy(Self.isPlain) else {
            throw refused(
                "must be a libvirt URI such as qemu:///system, of letters, digits and . _ - + : / ? & = @ [ ] only")
        }
        guard let (scheme, rest) = Self.cut(input[...], at: "://") else {
            throw refused("must be a libvirt URI such as qemu:///system")
        }
        let words = scheme.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard let driver = words.first.flatMap(Driver.init(rawValue:)), words.count <= 2 else {
            throw refused("the driver must be qemu, xen or test")
        }
        guard driver != .test else {
            guard input == "test:///default" else {
                throw refused("of libvirt's test driver only test:///default is allowed")
            }
            (self.driver, transport, text, socket) = (.test, nil, input, nil)
            return
        }
        let transport = words.dropFirst().first.flatMap(Transport.init(rawValue:))
        guard words.count == 1 || transport != nil else {
            throw refused(
                words[1].hasSuffix("ssh") || words[1] == "libssh2"
                    ? "hosts are reached by SSH without a uri: give \(.hostAddress) and \(.hostKey) instead"
                    : "the transport must be unix (local), tls, or tcp where that is allowed")
        }
        (self.driver, self.transport) = (driver, transport)
        let (place, query) = Self.cut(rest, at: "?").map { ($0, Optional($1)) } ?? (rest, nil)
        guard let (authority, path) = Self.cut(place, at: "/") else { throw refused("a path is missing: /system") }
        let isLocal = transport == nil || transport == .unix
        guard isLocal == authority.isEmpty else {
            throw refused(
                isLocal
                    ? "a host needs the transport tls, or none of both: hosts are reached by SSH with "
                        + "\(.hostAddress) and \(.hostKey)"
                    : "a host is missing after ://")
        }
        guard path == "system" || (path == "session" && driver == .qemu && isLocal) || (path.isEmpty && driver == .xen)
        else { throw refused("the path must be /system") }
        guard isLocal else {
            guard query == nil else { throw refused("no parameters are allowed with tls and tcp") }
            guard let server = Self.server(authority) else {
                throw refused(
                    "after :// must stand [USER@]HOST[:PORT], with a name or address and a port of 1 to 65535")
            }
            (text, socket) = ("\(scheme)://\(server)/\(path.isEmpty ? "system" : path)", nil)
            return
        }
        guard let parameters = Self.parameters(query) else {
            throw refused(
                "of parameters only socket= with the absolute path of a socket, and mode= with auto, direct or legacy are "
                    + "allowed, each once")
        }
        let spelled = parameters.sorted { $0.key > $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        text = "\(scheme):///\(path.isEmpty ? "system" : path)" + (spelled.isEmpty ? "" : "?\(spelled)")
        socket = parameters["socket"]
    }

    /// The folders of the sockets of libvirt's daemons.
    package static let usualSocketFolders = ["/run/libvirt", "/var/run/libvirt"]

    /// A caller who could connect to any socket of the server's computer could find out which sockets exist,
    /// and talk to any program that listens on one.
    ///
    /// - Parameter folders: the folders that may contain the socket, at any depth.
    /// - Throws: `invalidValue` for a socket elsewhere, whether it exists or not.
    package func checkSocket(under folders: [String], subject: Refusal.Subject = .uri) throws(Refusal) {
        guard let socket, !folders.contains(where: { socket.hasPrefix($0 + "/") }) else { return }
        throw Refusal(
            .invalidValue, subject,
            "\(subject) is '\(text.shown)': the socket must lie under \(Self.usualSocketFolders[0]), or under a "
                + "folder that the operator allowed (--allow-socket-path)", value: text.shown)
    }

    /// `nil` if `text` does not contain the mark.
    private static func cut(_ text: Substring, at mark: String) -> (Substring, Substring)? {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix(mark) {
                let end = text.index(index, offsetBy: mark.count)  // fits: the mark is there
                return (text[..<index], text[end...])
            }
            index = text.index(after: index)
        }
        return nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        isNameByte(byte) || "+:/?&=@[]".utf8.contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || "._-".utf8.contains(byte)
    }

    /// Parses `[USER@]HOST[:PORT]` and composes it anew.
    private static func server(_ authority: Substring) -> String? {
        var (user, rest) = ("", authority)
        if let (name, host) = cut(authority, at: "@") {
            guard (1...32).contains(name.utf8.count), name.first != "-", name.utf8.allSatisfy(isNameByte) else {
                return nil
            }
            (user, rest) = ("\(name)@", host)
        }
        let (host, port): (String, Substring)
        if rest.first == "[" {
            guard let (inside, after) = cut(rest.dropFirst(), at: "]"), let address = IPAddress(String(inside)),
                address.isIPv6
            else { return nil }
            (host, port) = ("[\(address)]", after)
        } else {
            let name = rest.prefix { $0 != ":" }
            guard HostName.isHostName(String(name)) else { return nil }
            (host, port) = (String(name), rest.dropFirst(name.count))
        }
        guard !port.isEmpty else { return user + host }
        let digits = port.dropFirst()
        guard port.first == ":", digits.first != "0", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt16(digits)
        else { return nil }
        return "\(user)\(host):\(number)"
    }

    /// `nil` if a parameter is not allowed.
    private static func parameters(_ query: Substring?) -> [String: String]? {
        guard let query else { return [:] }
        var parameters: [String: String] = [:]
        for part in query.split(separator: "&", omittingEmptySubsequences: false) {
            guard let (name, value) = cut(part, at: "="), parameters[String(name)] == nil else { return nil }
            switch name {
            case "socket" where isSocketPath(value): break
            case "mode" where ["auto", "direct", "legacy"].contains(value): break
            default: return nil
            }
            parameters[String(name)] = String(value)
        }
        return parameters
    }

    /// Absolute, without `.` and `..`, and within the limit of a socket's path (`sun_path` holds 108 bytes).
    private static func isSocketPath(_ path: Substring) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.first == "/" && path.utf8.count <= 107
            && parts.dropFirst().allSatisfy { part in
                !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy { isNameByte($0) || $0 == 0x2B }
            }
    }
}
