package import Model

/// The verbs for hosts.
package struct Nodes: Sendable {
    private let with: Surroundings

    package init(_ surroundings: Surroundings) { with = surroundings }

    /// A node that a caller wants registered.
    package struct Candidate: Sendable {
        package var node: Node
        package var trustsFirstUse: Bool

        package init(node: Node, trustsFirstUse: Bool) {
            self.node = node
            self.trustsFirstUse = trustsFirstUse
        }
    }

    /// Contacts every host, then records all of them; or records none and says why.
    package func register(_ candidates: [Candidate]) async throws(Refusal) -> [Node] {
        let fleet = try await with.store.fleet()
        var accepted: [Node] = []
        for candidate in candidates {
            let node = try Registration(node: candidate.node, known: fleet.nodes + accepted).checked()
            do {
                accepted.append(try await with.hypervisor.contact(node, trustsFirstUse: candidate.trustsFirstUse))
            } catch {
                await forget(accepted.map(\.name) + [node.name])
                throw error.at(node: node.name)
            }
        }
        do {
            try await with.store.apply(accepted.map { .insertNode($0) })
        } catch {
            await forget(accepted.map(\.name))
            throw error
        }
        return accepted
    }

    private func forget(_ names: [String]) async {
        for name in names { await with.hypervisor.forget(name) }
    }

    /// - Throws: `nodeNotRegistered`; `nodeInUse` while a host carries machines of ours.
    package func unregister(_ names: [String]) async throws(Refusal) {
        let fleet = try await with.store.fleet()
        var changes: [RecordChange] = []
        for name in names {
            let node = try fleet.node(name, field: "NodeName")
            let machines = fleet.machines.filter { $0.node == node.name }
            guard machines.isEmpty else {
                throw Refusal(
                    .nodeInUse,
                    "NodeName is '\(name.shown)': it carries \(machines.map(\.name).joined(separator: ", ")); "
                        + "destroy or move them first", field: "NodeName", value: name.shown, node: node.name)
            }
            changes.append(.removeNode(node.name))
        }
        try await with.store.apply(changes)
        await forget(names)
    }

    package func registered() async throws(Refusal) -> [Node] {
        try await with.store.fleet().nodes.sorted { $0.name < $1.name }
    }

    package func status(_ text: String) async throws(Refusal) -> (node: Node, survey: HostSurvey) {
        let node = try await with.store.fleet().node(text)
        do {
            return (node, try await with.hypervisor.survey(node))
        } catch {
            throw error.at(node: node.name)
        }
    }
}
