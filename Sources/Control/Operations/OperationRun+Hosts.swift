internal import Model

/// Replaces hosts in a plan by their present registration: a host's key or addresses may have changed since the plan
/// was made.
extension OperationRun {
    func registered(_ host: Host) async throws(Refusal) -> Host {
        try await store.fleet().hosts.first { $0.name == host.name } ?? host
    }

    func registered(_ step: Step) async throws(Refusal) -> Step {
        guard case .moveMachine(var move) = step else { return step }
        move.source = try await registered(move.source)
        move.destination = try await registered(move.destination)
        for index in move.flows.indices { move.flows[index].host = try await registered(move.flows[index].host) }
        return .moveMachine(move)
    }
}
