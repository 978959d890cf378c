internal import GRDB
internal import Model

/// The columns that name the subject of an operation or a claim: a machine on its host, a host, or a network.
struct SubjectColumns {
    var host: String?
    var machine: String?
    var network: String?

    init(_ subject: OperationSummary.Subject) {
        switch subject {
        case .machine(let name, let host): (self.host, machine) = (host, name)
        case .network(let name): network = name
        case .host(let name): host = name
        }
    }

    init(_ claim: Plan.Claim) {
        switch claim {
        case .machine(let claimed): (host, machine) = (claimed.host, claimed.machine)
        case .network(let name): network = name
        case .host(let name): host = name
        }
    }

    init(_ row: Row) throws {
        host = try row.decode(forColumn: "host")
        machine = try row.decode(forColumn: "machine")
        network = try row.decode(forColumn: "network")
    }

    /// The subject of an operation's row.
    ///
    /// - Throws: `storeFailed` for a row without a subject.
    func subject() throws -> OperationSummary.Subject {
        switch (host, machine, network) {
        case (let host?, let name?, nil): return .machine(name: name, host: host)
        case (let host?, nil, nil): return .host(name: host)
        case (nil, nil, let name?): return .network(name: name)
        default: throw Refusal(.storeFailed, "the database has an operation without a valid subject")
        }
    }
}
