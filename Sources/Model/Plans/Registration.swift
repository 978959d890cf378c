/// Whether a host may be registered beside those that are.
package struct Registration {
    package var node: Node
    package var known: [Node]

    package init(node: Node, known: [Node]) {
        self.node = node
        self.known = known
    }

    /// The node as it is to be contacted: a host with neither address nor URI is reached by its name.
    ///
    /// - Throws: `invalidName`, `invalidValue`, `nodeNameTaken`, `nodeAddressTaken`.
    package func checked() throws(Refusal) -> Node {
        var node = node
        try check(node.name, field: "NodeName", code: .invalidName)
        if node.uri == nil, node.addresses.isEmpty { node.addresses = [node.name] }
        for address in node.addresses { try check(address, field: "IP", code: .invalidAddress) }
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
        if let uri = node.uri, let other = known.first(where: { $0.uri == uri }) {
            throw Refusal(
                .nodeAddressTaken, "uri is '\(uri.shown)': host \(other.name) has it already", field: "uri",
                value: uri.shown, node: other.name)
        }
        return node
    }

    /// Host names and addresses go into URIs, ssh's arguments and known_hosts files: nothing but the characters of
    /// names and addresses, and no leading hyphen.
    private func check(_ text: String, field: String, code: Refusal.Code) throws(Refusal) {
        let allowed = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || ".-_:".unicodeScalars.contains(scalar))
        }
        guard allowed, let first = text.first, first != "-", text.utf8.count <= 253 else {
            throw Refusal(
                code, "\(field) is '\(text.shown)': must be a host name or an IP address", field: field,
                value: text.shown)
        }
    }
}
