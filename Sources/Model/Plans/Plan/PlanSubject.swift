extension Plan {
    /// The subject of a plan.
    package enum Subject: Sendable, Hashable, Codable {
        case machine(name: String, host: String)
        /// `members`: its machines on all hosts, including those that the plan adds or removes.
        case network(name: String, members: [MachineOnHost])
        case host(name: String)
    }

    /// An object that no other operation may touch at the same time.
    package enum Claim: Sendable, Hashable {
        case machine(MachineOnHost)
        case network(name: String)
        case host(name: String)
    }

    /// The claims of the subject, and of moved machines on their destinations.
    package var claims: [Claim] {
        let arriving = steps.compactMap { step -> Claim? in
            guard case .moveMachine(let move) = step else { return nil }
            return .machine(MachineOnHost(host: move.destination.name, machine: move.machine.name))
        }
        return subject.claims + arriving
    }
}

extension Plan.Subject {
    package init(_ machine: Machine) { self = .machine(name: machine.name, host: machine.host) }

    fileprivate var claims: [Plan.Claim] {
        switch self {
        case .machine(let name, let host): [.machine(MachineOnHost(host: host, machine: name))]
        case .network(let name, let members): [.network(name: name)] + members.map { .machine($0) }
        case .host(let name): [.host(name: name)]
        }
    }

    /// Whether the subject is this network.
    package func isNetwork(_ name: String) -> Bool {
        if case .network(name, _) = self { true } else { false }
    }

    /// Whether the subject is a machine of this name, or a network with one.
    package func hasMachine(_ name: String) -> Bool {
        switch self {
        case .machine(let own, _): own == name
        case .network(_, let members): members.contains { $0.machine == name }
        case .host: false
        }
    }
}

extension Refusal {
    /// The same refusal with the subject of an operation; fields that are already set stay.
    package func at(_ subject: Plan.Subject, operation: String? = nil) -> Refusal {
        switch subject {
        case .machine(let name, let host): at(host: host, machine: name, operation: operation)
        case .network: at(operation: operation)
        case .host(let name): at(host: name, operation: operation)
        }
    }
}

/// A machine, by its name and the name of its host.
package struct MachineOnHost: Sendable, Hashable, Codable {
    package var host: String
    package var machine: String

    package init(host: String, machine: String) {
        self.host = host
        self.machine = machine
    }
}

extension MachineOnHost {
    package init(_ machine: Machine) { self.init(host: machine.host, machine: machine.name) }
}
