internal import GRDB
internal import Model

/// Finds the record that conflicts with a change, within the transaction in which the constraint was violated.
struct RecordConflicts {
    var database: Database

    func refusal(_ host: Host) throws -> Refusal {
        if try String.fetchOne(database, sql: "SELECT name FROM host WHERE name = ?", arguments: [host.name]) != nil {
            return Refusal(
                .hostNameTaken, .hostName,
                "\(.hostName) is '\(host.name.shown)': a host of that name is registered already",
                value: host.name.shown, host: host.name)
        }
        return try uriTaken(host)
    }

    func uriTaken(_ host: Host) throws -> Refusal {
        let uri = host.uri?.shown ?? ""
        let other = try String.fetchOne(database, sql: "SELECT name FROM host WHERE uri = ?", arguments: [host.uri])
        return Refusal(
            .hostAddressTaken, .uri, "\(.uri) is '\(uri)': host \(other ?? "?") has it already", value: uri,
            host: other)
    }

    func refusal(_ address: String, of host: Host) throws -> Refusal {
        let other = try String.fetchOne(
            database, sql: "SELECT host FROM host_address WHERE address = ?", arguments: [address])
        return Refusal(
            .hostAddressTaken, .hostAddress,
            "\(.hostAddress) is '\(address.shown)': host \(other ?? "?") has it already",
            value: address.shown, host: other)
    }

    func refusal(_ machine: Machine) throws -> Refusal {
        if let other = try holder("name", machine.name) {
            return Refusal(
                .machineNameTaken, .machineName,
                "\(.machineName) is '\(machine.name.shown)': host \(other.host) has a machine of that name already",
                value: machine.name.shown)
        }
        if let address = machine.address, let other = try holder("address", "\(address.address)") {
            return Refusal(
                .addressTaken, .address,
                "\(.address) is '\(address)': machine \(other.name) on \(other.host) has that address",
                value: "\(address)")
        }
        if let other = try holder("id", machine.id.text) {
            return Refusal(
                .invalidValue, .machineID,
                "\(.machineID) is '\(machine.id.text.shown)': machine \(other.name) on \(other.host) has it already",
                value: machine.id.text.shown)
        }
        return Self.notRegistered(machine.host)
    }

    static func notRegistered(_ host: String) -> Refusal {
        Refusal(
            .hostNotRegistered, .host, "\(.host) is '\(host.shown)': the host is not registered any more",
            value: host.shown, host: host)
    }

    func inUse(_ host: String) throws -> Refusal {
        let machines = try String.fetchAll(
            database, sql: "SELECT name FROM machine WHERE host = ? ORDER BY name LIMIT 20", arguments: [host])
        return Refusal(
            .hostInUse, .hostName,
            "\(.hostName) is '\(host.shown)': it carries \(machines.joined(separator: ", ")); destroy or move them first",
            value: host.shown, host: host)
    }

    func unfinished(on host: String) throws -> Refusal? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT operation.id, service, state, operation_claim.machine FROM operation_claim
                JOIN operation ON operation.id = operation_claim.operation WHERE operation_claim.host = ? LIMIT 1
                """)
        guard let row = try Row.fetchOne(statement, arguments: [host]) else { return nil }
        let (id, service): (String, String) = (try row.decode(forColumn: "id"), try row.decode(forColumn: "service"))
        let machine: String? = try row.decode(forColumn: "machine")
        let (of, state): (String, String) = (machine.map { " of \($0)" } ?? "", try row.decode(forColumn: "state"))
        return Refusal(
            .hostInUse, .hostName,
            "\(.hostName) is '\(host.shown)': \(service)\(of) is \(state) there (operation \(id)); "
                + (state == "stuck"
                    ? "resolve it first (resolveOperation: accept leaves things as they are)"
                    : "wait until it has ended, or cancel it"),
            value: host.shown, host: host, machine: machine, operation: id)
    }

    static func taken(_ network: VirtualNetwork) -> Refusal {
        Refusal(
            .networkNameTaken, .networkName,
            "\(.networkName) is '\(network.name)': there is a virtual network of that name already", value: network.name
        )
    }

    /// A new plan chooses other VNIs.
    static func segmentTaken(_ network: VirtualNetwork) -> Refusal {
        Refusal(
            .segmentTaken, .networkName, "another new network has just taken the VNI of a link; try again",
            value: network.name)
    }

    static func changed(_ network: VirtualNetwork) -> Refusal {
        Refusal(
            .networkChanged, .networkName, "virtual network '\(network.name)' was changed meanwhile; plan again",
            value: network.name)
    }

    /// The machine that has a value in a unique column.
    ///
    /// - Parameter column: a column name written in this file.
    private func holder(_ column: StaticString, _ value: String) throws -> (name: String, host: String)? {
        try Row.fetchOne(database, sql: "SELECT name, host FROM machine WHERE \(column) = ?", arguments: [value])
            .map { (try $0.decode(forColumn: "name"), try $0.decode(forColumn: "host")) }
    }
}
