internal import GRDB
internal import Model

/// What unfinished operations keep others from touching: each machine and each network is one operation's at a time.
struct OperationClaims {
    var database: Database

    struct Claim {
        /// Empty for a network.
        var node: String
        /// Empty for the host itself.
        var name: String
    }

    func all(of plan: Plan) -> [Claim] {
        plan.claims.map { claim in
            switch claim {
            case .machine(let machine): Claim(node: machine.node, name: machine.machine)
            case .network(let name): Claim(node: "", name: name)
            case .host(let name): Claim(node: name, name: "")
            }
        }
    }

    /// - Throws: `machineBusy`; what SQLite says otherwise.
    func take(_ claim: Claim, for operation: Operation) throws {
        do {
            try database.cachedStatement(
                sql: "INSERT INTO operation_claim (node, name, operation) VALUES (?, ?, ?)"
            ).execute(arguments: [claim.node, claim.name, operation.id.text])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try busy(claim)
        }
    }

    func release(_ operation: OperationID) throws {
        try database.cachedStatement(sql: "DELETE FROM operation_claim WHERE operation = ?")
            .execute(arguments: [operation.text])
    }

    private func busy(_ claim: Claim) throws -> Refusal {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT id, service, state FROM operation_claim JOIN operation ON id = operation_claim.operation
                WHERE operation_claim.node = ? AND name = ?
                """, arguments: [claim.node, claim.name])
        guard let row else { return Refusal(.storeFailed, "a claim of '\(claim.name)' could not be recorded") }
        let (id, service): (String, String) = (try row.decode(forColumn: "id"), try row.decode(forColumn: "service"))
        let state: String = try row.decode(forColumn: "state")
        let isNetwork = claim.node.isEmpty
        if claim.name.isEmpty {
            return Refusal(
                .machineBusy,
                "phyServer is '\(claim.node)': \(service) of this host is \(state) already (operation \(id)); wait until "
                    + "it has ended", field: "phyServer", value: claim.node, node: claim.node, operation: id)
        }
        return Refusal(
            .machineBusy,
            "\(isNetwork ? "networkName" : "vmName") is '\(claim.name.shown)': \(service) of this "
                + "\(isNetwork ? "network" : "machine") is \(state) (operation \(id)); "
                + (state == "stuck"
                    ? "resolve it first (resolveOperation: accept leaves things as they are)"
                    : "wait until it has ended, or cancel it"),
            field: isNetwork ? "networkName" : "vmName", value: claim.name.shown,
            node: isNetwork ? nil : claim.node, machine: isNetwork ? nil : claim.name, operation: id)
    }
}
