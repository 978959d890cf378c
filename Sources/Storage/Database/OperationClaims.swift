internal import GRDB
internal import Model

/// Claims of unfinished operations: each machine, each network and each host belongs to at most one operation at a
/// time.
struct OperationClaims {
    var database: Database

    /// Records a claim of an operation.
    ///
    /// - Throws: `machineBusy`; other SQLite errors.
    func take(_ claim: Plan.Claim, for operation: Operation) throws {
        let columns = SubjectColumns(claim)
        do {
            try database.cachedStatement(
                sql: "INSERT INTO operation_claim (host, machine, network, operation) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [columns.host, columns.machine, columns.network, operation.id.text])
        } catch DatabaseError.SQLITE_CONSTRAINT {
            throw try busy(claim)
        }
    }

    func release(_ operation: OperationID) throws {
        try database.cachedStatement(sql: "DELETE FROM operation_claim WHERE operation = ?")
            .execute(arguments: [operation.text])
    }

    /// Machines that an operation claims, with their hosts. A host that the operation claims as a whole is left out.
    func machines(of operation: OperationID) throws -> [MachineOnHost] {
        try Row.fetchAll(
            database, sql: "SELECT host, machine FROM operation_claim WHERE operation = ? AND machine IS NOT NULL",
            arguments: [operation.text]
        ).map { MachineOnHost(host: try $0.decode(forColumn: "host"), machine: try $0.decode(forColumn: "machine")) }
    }

    /// Names of the hosts that an operation claims, or on which it claims a machine.
    func hosts(of operation: OperationID) throws -> Set<String> {
        try String.fetchSet(
            database, sql: "SELECT host FROM operation_claim WHERE operation = ? AND host IS NOT NULL",
            arguments: [operation.text])
    }

    private func busy(_ claim: Plan.Claim) throws -> Refusal {
        let columns = SubjectColumns(claim)
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT id, service, state FROM operation_claim AS claim JOIN operation ON id = claim.operation
                WHERE claim.host IS NOT DISTINCT FROM ? AND claim.machine IS NOT DISTINCT FROM ?
                AND claim.network IS NOT DISTINCT FROM ?
                """, arguments: [columns.host, columns.machine, columns.network])
        guard let row else { return Refusal(.storeFailed, "a claim could not be recorded: \(claim)") }
        let (id, service): (String, String) = (try row.decode(forColumn: "id"), try row.decode(forColumn: "service"))
        let state: String = try row.decode(forColumn: "state")
        let remedy =
            state == "stuck"
            ? "resolve it first (resolveOperation: accept leaves things as they are)"
            : "wait until it has ended, or cancel it"
        switch claim {
        case .machine(let claimed):
            return Refusal(
                .machineBusy, .machineName,
                "\(.machineName) is '\(claimed.machine.shown)': \(service) of this machine is \(state) (operation "
                    + "\(id)); \(remedy)",
                value: claimed.machine.shown, host: claimed.host, machine: claimed.machine,
                operation: id)
        case .network(let name):
            return Refusal(
                .machineBusy, .networkName,
                "\(.networkName) is '\(name.shown)': \(service) of this network is \(state) (operation \(id)); \(remedy)",
                value: name.shown, operation: id)
        case .host(let name):
            return Refusal(
                .machineBusy, .host,
                "\(.host) is '\(name)': \(service) of this host is \(state) already (operation \(id)); wait until "
                    + "it has ended",
                value: name, host: name, operation: id)
        }
    }
}
