internal import Model

/// How a node is reached: the URI for libvirt, and the shell for what libvirt has no call for.
struct Route: Sendable {
    var uri: String
    /// The same over a connection that compresses what is sent; `nil` where SSH is not the way.
    var compressedURI: String?
    /// `nil` where there is no shell, as on libvirt's test driver and over TLS.
    var shell: Shell?

    private init(uri: String, shell: Shell?) {
        self.uri = uri
        self.shell = shell
    }

    /// - Parameter driver: libvirt's word for the hypervisor.
    init(ssh target: SSHTarget, driver: String) {
        uri = target.libvirtURI(driver: driver)
        compressedURI = target.libvirtURI(driver: driver, compressed: true)
        shell = .ssh(target)
    }

    /// The ways to a node, in the order in which they are tried.
    ///
    /// - Throws: `invalidValue` for a URI that is not allowed, `nodeKeyMissing`, `nodeKeyRefused`.
    static func all(to node: Node, access: HostAccess) throws(Refusal) -> [Route] {
        if let uri = node.uri { return [try route(uri, allowsTCP: access.allowsTCP)] }
        // Whether it is a Xen host is asked over the shell; see `HostSession.open`.
        return try access.identity.targets(of: node).map { Route(ssh: $0, driver: "qemu") }
    }

    /// Reads a URI that an operator gave. Some libvirt transports run commands of the URI's choice (`ext`, `ssh` with
    /// `command=`), so only what is known to be harmless is let through.
    private static func route(_ uri: String, allowsTCP: Bool) throws(Refusal) -> Route {
        func refused(_ why: String) -> Refusal {
            Refusal(.invalidValue, "uri is '\(uri.shown)': \(why)", field: "uri", value: uri.shown)
        }
        guard uri.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let colon = uri.firstIndex(of: ":") else {
            throw refused("must be a libvirt URI such as qemu:///system")
        }
        let scheme = uri[..<colon].split(separator: "+", omittingEmptySubsequences: false)
        let query = uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        let names = query.split(separator: "&").map { $0.prefix { $0 != "=" } }
        guard let driver = scheme.first, ["qemu", "xen", "test"].contains(driver), scheme.count <= 2 else {
            throw refused("the driver must be qemu, xen or test")
        }
        guard names.allSatisfy({ ["socket", "mode", "pkipath"].contains($0) }) else {
            throw refused("of parameters only socket, mode and pkipath are allowed")
        }
        let isLocal = uri[colon...].hasPrefix(":///")
        switch scheme.dropFirst().first {
        case nil where isLocal, "unix" where isLocal:
            return Route(uri: uri, shell: driver == "test" ? nil : .local)
        case "tls" where !isLocal: return Route(uri: uri, shell: nil)
        case "tcp" where !isLocal && allowsTCP: return Route(uri: uri, shell: nil)
        case "tcp" where !isLocal:
            throw refused("TCP neither hides nor authenticates anything; start vmsd with --allow-tcp if you want it")
        case "ssh", "libssh", "libssh2":
            throw refused("hosts are reached by SSH without a uri: give IP and NodePK instead")
        default: throw refused("the transport must be unix (local), tls, or tcp where that is allowed")
        }
    }
}
