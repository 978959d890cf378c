internal import GRDB
internal import Model

/// Finds out, in the transaction in which a constraint was violated, who stands in the way.
struct RecordConflicts {
    var database: Database

    func refusal(_ node: Node) throws -> Refusal {
        if try String.fetchOne(database, sql: "SELECT name FROM node WHERE name = ?", arguments: [node.name]) != nil {
            return Refusal(
                .nodeNameTaken, .hostName,
                "\(.hostName) is '\(node.name.shown)': a host of that name is registered already",
                value: node.name.shown, node: node.name)
        }
        return try uriTaken(node)
    }

    func uriTaken(_ node: Node) throws -> Refusal {
        let uri = node.uri?.shown ?? ""
        let other = try String.fetchOne(database, sql: "SELECT name FROM node WHERE uri = ?", arguments: [node.uri])
        return Refusal(
            .nodeAddressTaken, .uri, "\(.uri) is '\(uri)': host \(other ?? "?") has it already", value: uri,
            node: other)
    }

    func refusal(_ address: String, of node: Node) throws -> Refusal {
        let other = try String.fetchOne(
            database, sql: "SELECT node FROM node_address WHERE address = ?", arguments: [address])
        return Refusal(
            .nodeAddressTaken, .hostAddress,
            "\(.hostAddress) is '\(address.shown)': host \(other ?? "?") has it already",
            value: address.shown, node: other)
    }

    func refusal(_ machine: Machine) throws -> Refusal {
        if let other = try holder("name", machine.name) {
            return Refusal(
                .machineNameTaken, .machineName,
                "\(.machineName) is '\(machine.name.shown)': host \(other.node) has a machine of that name already",
                value: machine.name.shown)
        }
        if let address = machine.address, let other = try holder("address", "\(address.address)") {
            return Refusal(
                .addressTaken, .address,
                "\(.address) is '\(address)': machine \(other.name) on \(other.node) has that address",
                value: "\(address)")
        }
        if let other = try holder("id", machine.id.text) {
            return Refusal(
                .invalidValue, .machineID,
                "\(.machineID) is '\(machine.id.text.shown)': machine \(other.name) on \(other.node) has it already",
                value: machine.id.text.shown)
        }
        return Self.notRegistered(machine.node)
    }

    static func notRegistered(_ node: String) -> Refusal {
        Refusal(
            .nodeNotRegistered, .host, "\(.host) is '\(node.shown)': the host is not registered any more",
            value: node.shown, node: node)
    }

    func inUse(_ node: String) throws -> Refusal {
        let machines = try String.fetchAll(
            database, sql: "SELECT name FROM machine WHERE node = ? ORDER BY name LIMIT 20", arguments: [node])
        return Refusal(
            .nodeInUse, .hostName,
            "\(.hostName) is '\(node.shown)': it carries \(machines.joined(separator: ", ")); destroy or move them first",
            value: node.shown, node: node)
    }

    func unfinished(on node: String) throws -> Refusal? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT operation.id, service, state, operation_claim.machine FROM operation_claim
                JOIN operation ON operation.id = operation_claim.operation WHERE operation_claim.node = ? LIMIT 1
                """)
        guard let row = try Row.fetchOne(statement, arguments: [node]) else { return nil }
        let (id, service): (String, String) = (try row.decode(forColumn: "id"), try row.decode(forColumn: "service"))
        let machine: String? = try row.decode(forColumn: "machine")
        let (of, state): (String, String) = (machine.map { " of \($0)" } ?? "", try row.decode(forColumn: "state"))
        return Refusal(
            .nodeInUse, .hostName,
            "\(.hostName) is '\(node.shown)': \(service)\(of) is \(state) there (operation \(id)); "
                + (state == "stuck"
                    ? "resolve it first (resolveOperation: accept leaves things as they are)"
                    : "wait until it has ended, or cancel it"),
            value: node.shown, node: node, machine: machine, operation: id)
    }

    static func taken(_ network: VirtualNetwork) -> Refusal {
        Refusal(
            .networkNameTaken, .networkName,
            "\(.networkName) is '\(network.name)': there is a virtual network of that name already", value: network.name
        )
    }

    /// Whoever plans again finds others.
    static func segmentTaken(_ network: VirtualNetwork) -> Refusal {
        Refusal(
            .segmentTaken, .networkName, "another network that is being made just now took a link's VNI; ask again",
            value: network.name)
    }

    static func changed(_ network: VirtualNetwork) -> Refusal {
        Refusal(
            .networkChanged, .networkName, "virtual network '\(network.name)' was changed meanwhile; plan again",
            value: network.name)
    }

    /// - Parameter column: a name that stands in this file.
    private func holder(_ column: StaticString, _ value: String) throws -> (name: String, node: String)? {
        try Row.fetchOne(database, sql: "SELECT name, node FROM machine WHERE \(column) = ?", arguments: [value])
            .map { (try $0.decode(forColumn: "name"), try $0.decode(forColumn: "node")) }
    }
}
