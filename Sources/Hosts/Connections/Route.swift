internal import Model

/// How a host is reached: the URI for libvirt, and the shell for what libvirt has no call for.
struct Route: Sendable {
    var uri: String
    /// The same over a connection that compresses what is sent; `nil` where SSH is not the way.
    var compressedURI: String?
    /// `nil` where there is no shell, as on libvirt's test driver and over TLS.
    var shell: Shell?

    init(uri: String, shell: Shell?) {
        self.uri = uri
        self.shell = shell
    }

    /// - Parameter driver: libvirt's word for the hypervisor.
    init(ssh target: SSHTarget, driver: String) {
        uri = target.libvirtURI(driver: driver)
        compressedURI = target.libvirtURI(driver: driver, compressed: true)
        shell = .ssh(target)
    }

    /// The ways to a host, in the order in which they are tried.
    ///
    /// - Throws: `invalidValue` for a URI that is not allowed, `hostKeyMissing`, `hostKeyRefused`.
    static func all(to host: Host, access: HostAccess) throws(Refusal) -> [Route] {
        if let uri = host.uri { return [try route(uri, access)] }
        // Whether it is a Xen host is asked over the shell; see `HostSession.open`.
        return try access.identity.targets(of: host).map { Route(ssh: $0, driver: "qemu") }
    }

    /// A URI that was given; also one that an earlier version recorded is read anew.
    private static func route(_ text: String, _ access: HostAccess) throws(Refusal) -> Route {
        let uri = try LibvirtURI(text)
        guard uri.transport != .tcp || access.allowsTCP else {
            throw Refusal(
                .invalidValue, .uri,
                "\(.uri) is '\(text.shown)': TCP neither hides nor authenticates anything; start vmsd with "
                    + "--allow-tcp if you want it", value: text.shown)
        }
        try uri.checkSocket(under: access.socketFolders)
        return Route(uri: uri.text, shell: uri.isLocal && uri.driver != .test ? .local : nil)
    }
}
