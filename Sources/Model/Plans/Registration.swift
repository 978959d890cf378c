/// Whether a host may be registered beside those that are.
package struct Registration {
    package var node: Node
    package var known: [Node]

    package init(node: Node, known: [Node]) {
        self.node = node
        self.known = known
    }

    /// The node as it is to be contacted: a host with neither address nor URI is reached by its name; its URI is in our
    /// spelling.
    ///
    /// - Throws: `invalidName`, `invalidAddress`, `invalidValue`, `nodeNameTaken`, `nodeAddressTaken`.
    package func checked() throws(Refusal) -> Node {
        var node = node
        guard HostName.isName(node.name) else {
            throw refused(
                node.name, "NodeName", .invalidName,
                "must be a host name or an IP address, of at most \(HostName.longest) characters")
        }
        if node.uri == nil, node.addresses.isEmpty { node.addresses = [node.name] }
        for address in node.addresses where !HostName.isAddress(address) {
            throw refused(address, "IP", .invalidAddress, "must be a host name or an IP address")
        }
        if let other = known.first(where: { $0.name == node.name || $0.addresses.contains(node.name) }) {
            throw Refusal(
                .nodeNameTaken, "NodeName is '\(node.name)': host \(other.name) is registered under it already",
                field: "NodeName", value: node.name, node: other.name)
        }
        for other in known {
            guard let address = node.addresses.first(where: { other.answers(to: $0) }) else { continue }
            throw Refusal(
                .nodeAddressTaken, "IP is '\(address)': host \(other.name) has it already", field: "IP",
                value: address, node: other.name)
        }
        guard let asked = node.uri else { return node }
        let uri = try LibvirtURI(asked).text
        if let other = known.first(where: { $0.uri == uri }) {
            throw Refusal(
                .nodeAddressTaken, "uri is '\(uri.shown)': host \(other.name) has it already", field: "uri",
                value: uri.shown, node: other.name)
        }
        node.uri = uri
        return node
    }

    private func refused(_ text: String, _ field: String, _ code: Refusal.Code, _ rule: String) -> Refusal {
        Refusal(code, "\(field) is '\(text.shown)': \(rule)", field: field, value: text.shown)
    }
}
