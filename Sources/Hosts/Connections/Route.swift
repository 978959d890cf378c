internal import Model

/// A way to reach a host: the URI for libvirt, and the shell for everything that libvirt has no call for.
struct Route: Sendable {
    var uri: String
    /// The URI of a connection that compresses what it sends; `nil` if the host is not reached by SSH.
    var compressedURI: String?
    /// `nil` if there is no shell, as with libvirt's test driver and over TLS.
    var shell: Shell?

    init(uri: String, shell: Shell?) {
        self.uri = uri
        self.shell = shell
    }

    /// - Parameter driver: libvirt's name of the hypervisor.
    init(ssh target: SSHTarget, driver: String) {
        uri = target.libvirtURI(driver: driver)
        compressedURI = target.libvirtURI(driver: driver, compressed: true)
        shell = .ssh(target)
    }

    /// Returns the ways to reach a host, in the order in which they are tried.
    ///
    /// - Throws: `invalidValue` for a URI that is not allowed, `hostKeyMissing`, `hostKeyRefused`.
    static func all(to host: Host, access: HostAccess) throws(Refusal) -> [Route] {
        if let uri = host.uri { return [try route(uri, access)] }
        // The shell finds out later whether it is a Xen host; see `HostSession.open`.
        return try access.identity.targets(of: host).map { Route(ssh: $0, driver: "qemu") }
    }

    /// The route of a registered URI. A URI that an earlier version recorded is checked again.
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
