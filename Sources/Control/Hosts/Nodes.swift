package import Model

/// The verbs for hosts.
package struct Nodes: Sendable {
    let with: Surroundings

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
            let node: Node
            do {
                node = try Registration(node: candidate.node, known: fleet.nodes + accepted).checked()
            } catch {
                await forget(accepted.map(\.name))
                throw error
            }
            do {
                accepted.append(try await with.hypervisor.contact(node, trustsFirstUse: candidate.trustsFirstUse))
            } catch {
                await forget(accepted.map(\.name) + [node.name])
                throw error.at(node: node.name)
            }
        }
        do {
            try await checkApart(accepted, fleet)
            try await with.store.apply(accepted.map { .insertNode($0) })
        } catch {
            await forget(accepted.map(\.name))
            throw error
        }
        for node in accepted {
            await note(.nodeRegistered, node.name, "host '\(node.name)' is registered")
            await with.watch.attend(node)
        }
        return accepted
    }

    /// - Throws: `nodeAddressTaken` for a machine that is registered under another name. Of a host that does not answer
    ///   nobody can say.
    func checkApart(_ accepted: [Node], _ fleet: Fleet) async throws(Refusal) {
        let identities = await identities(
            of: fleet.nodes.filter { known in !accepted.contains { $0.name == known.name } } + accepted)
        for (name, identity) in identities where accepted.contains(where: { $0.name == name }) {
            try HostIdentity.checkApart(name, identity, from: identities)
        }
    }

    private func identities(of nodes: [Node]) async -> [(name: String, identity: HostIdentity)] {
        await with.answers(of: nodes).compactMap { node, answer in
            (try? answer.get())?.identity.map { (node.name, $0) }
        }
    }

    /// What is found on a registered host, and whether others have its UUID.
    private func inspect(_ known: Node, beside others: [Node]) async -> [HostCheck] {
        await checks(await with.hypervisor.inspect(known, trustsFirstUse: false), of: known.name, beside: others)
    }

    private func checks(_ found: HostInspection, of name: String, beside others: [Node]) async -> [HostCheck] {
        guard let own = found.identity else { return found.checks }
        let identities = await identities(of: others)
        return found.checks
            + [own.check(asNew: name, beside: identities), own.check(beside: identities)].compactMap { $0 }
    }

    func note(_ kind: HostEvent.Kind, _ node: String, _ words: String) async {
        await with.watch.note([HostEvent(kind, node: node, words: words, time: with.now())])
    }

    /// Keeps new machines away from a host, or lets them come again.
    package func setMaintenance(_ isOn: Bool, of text: String) async throws(Refusal) -> Node {
        try await with.setMaintenance(isOn, of: try await with.store.fleet().node(text))
    }

    /// Looks whether a host can carry machines: a registered one by its name or address, any other as it is given.
    package func inspect(_ candidate: Candidate) async throws(Refusal) -> [HostCheck] {
        let fleet = try await with.store.fleet()
        if let known = fleet.nodes.first(where: { $0.answers(to: candidate.node.name) }), candidate.node.hostKey == nil,
            candidate.node.addresses.isEmpty, candidate.node.uri == nil
        {
            return await inspect(known, beside: fleet.nodes.filter { $0.name != known.name })
        }
        let node = try Registration(node: candidate.node, known: []).checked()
        let found = await with.hypervisor.inspect(node, trustsFirstUse: candidate.trustsFirstUse)
        return await checks(found, of: node.name, beside: fleet.nodes.filter { $0.name != node.name })
    }

    package func credential() async throws(Refusal) -> String { try await with.hypervisor.credential() }

    /// - Parameters:
    ///   - number: only events after it.
    ///   - patience: how long to wait for one when there are none.
    ///   - newest: whether the limit leaves out the oldest, instead of the newest.
    package func events(
        after number: Int64, on host: String?, limit: Int, patience: Duration, newest: Bool = false
    ) async throws(Refusal) -> [HostEvent] {
        try await with.events.events(after: number, node: host, limit: limit, patience: patience, newest: newest)
    }

    private func forget(_ names: [String]) async {
        for name in names { await with.hypervisor.forget(name) }
    }

    /// - Parameter abandons: give up machines on hosts that do not answer.
    /// - Returns: what was given up.
    /// - Throws: `nodeNotRegistered`; `nodeInUse` while a host carries machines of ours; `nodeAnswers` for one whose
    ///   machines are to be given up.
    @discardableResult
    package func unregister(_ names: [String], abandons: Bool = false) async throws(Refusal) -> [Abandoned] {
        let fleet = try await with.store.fleet()
        var (changes, abandoned): ([RecordChange], [Abandoned]) = ([], [])
        for name in names {
            let node = try fleet.node(name, subject: .hostName)
            let more = try await self.changes(forgetting: node, as: name, abandons: abandons, fleet)
            changes += more.changes
            abandoned += more.abandoned
        }
        try await with.store.apply(changes)
        for case .removeNode(let name) in changes {
            await with.watch.leave(name)
            await with.hypervisor.forget(name)
            await note(.nodeUnregistered, name, "host '\(name)' is not registered any more")
        }
        return abandoned
    }

    /// A host as it was registered, and what is known of it.
    package struct Line: Sendable {
        package var node: Node
        /// `nil` before it was attended for the first time.
        package var condition: NodeCondition?
    }

    package func registered() async throws(Refusal) -> [Line] {
        var lines: [Line] = []
        for node in try await with.store.fleet().nodes.sorted(by: { $0.name < $1.name }) {
            lines.append(Line(node: node, condition: await with.watch.condition(of: node.name)))
        }
        return lines
    }

    package struct Status: Sendable {
        package var node: Node
        package var condition: NodeCondition?
        package var survey: HostSurvey
        /// What was given up, and has to be looked for there.
        package var abandoned: [Abandoned]
    }

    package func status(_ text: String) async throws(Refusal) -> Status {
        let fleet = try await with.store.fleet()
        let node = try fleet.node(text)
        do {
            let survey = try await with.survey(of: node, in: fleet)
            return Status(
                node: node, condition: await with.watch.condition(of: node.name), survey: survey,
                abandoned: fleet.abandoned(on: node.name))
        } catch {
            throw error.at(node: node.name)
        }
    }
}
