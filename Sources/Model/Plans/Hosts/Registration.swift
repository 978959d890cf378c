/// Decides whether a host may be registered beside the existing ones.
package struct Registration {
    package var host: Host
    package var known: [Host]

    package init(host: Host, known: [Host]) {
        self.host = host
        self.known = known
    }

    /// The host in the form in which it is contacted: a host with neither address nor URI is reached by its
    /// name; its URI is in our spelling.
    ///
    /// - Throws: `invalidName`, `invalidAddress`, `invalidValue`, `hostNameTaken`, `hostAddressTaken`.
    package func checked() throws(Refusal) -> Host {
        var host = host
        guard HostName.isName(host.name) else {
            throw refused(
                host.name, .hostName, .invalidName,
                "must be a host name or an IP address, of at most \(HostName.longest) characters")
        }
        if host.uri == nil, host.addresses.isEmpty { host.addresses = [host.name] }
        for address in host.addresses where !HostName.isAddress(address) {
            throw refused(address, .hostAddress, .invalidAddress, "must be a host name or an IP address")
        }
        if let other = known.first(where: { $0.name == host.name || $0.addresses.contains(host.name) }) {
            throw Refusal(
                .hostNameTaken, .hostName,
                "\(.hostName) is '\(host.name)': host \(other.name) is registered under it already", value: host.name,
                host: other.name)
        }
        for other in known {
            guard let address = host.addresses.first(where: { other.answers(to: $0) }) else { continue }
            throw Refusal(
                .hostAddressTaken, .hostAddress, "\(.hostAddress) is '\(address)': host \(other.name) has it already",
                value: address, host: other.name)
        }
        if let underlay = host.underlay { host.underlay = try checked(underlay: underlay) }
        guard let text = host.uri else { return host }
        let uri = try LibvirtURI(text).text
        if let other = known.first(where: { $0.uri == uri }) {
            throw Refusal(
                .hostAddressTaken, .uri, "\(.uri) is '\(uri.shown)': host \(other.name) has it already",
                value: uri.shown, host: other.name)
        }
        host.uri = uri
        return host
    }

    /// The address in our spelling.
    private func checked(underlay text: String) throws(Refusal) -> String {
        guard let address = IPAddress(text), address.mayBeUnderlay else {
            throw refused(
                text, .underlay, .invalidAddress,
                "must be an address of the host's own that other hosts reach, such as 192.0.2.10; no name, and neither loopback, "
                    + "link-local nor multicast")
        }
        let own = address.description
        guard
            let other = known.first(where: {
                $0.underlay == own || $0.addresses.compactMap(IPAddress.init).contains(address)
            })
        else { return own }
        throw Refusal(
            .hostAddressTaken, .underlay, "\(.underlay) is '\(own)': host \(other.name) has it already", value: own,
            host: other.name)
    }

    private func refused(_ text: String, _ subject: Refusal.Subject, _ code: Refusal.Code, _ rule: String) -> Refusal {
        Refusal(code, subject, "\(subject) is '\(text.shown)': \(rule)", value: text.shown)
    }
}

extension IPAddress {
    /// Whether other hosts may reach a host at this address: RFC 6890.
    fileprivate var mayBeUnderlay: Bool {
        func isIn(_ text: String, _ length: Int) -> Bool {
            IPAddress(text).map { IPPrefix($0, length: length) == IPPrefix(self, length: length) } ?? false
        }
        return isIPv6
            ? !(isIn("::", 127) || isIn("fe80::", 10) || isIn("ff00::", 8) || isIn("::ffff:0:0", 96))
            : !(isIn("0.0.0.0", 8) || isIn("127.0.0.0", 8) || isIn("169.254.0.0", 16) || isIn("224.0.0.0", 3))
    }
}
