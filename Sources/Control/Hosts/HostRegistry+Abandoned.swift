package import Model

extension HostRegistry {
    /// What became of what had been given up.
    package struct Ended: Sendable {
        /// `nil` where nothing was done on a host.
        package var operation: OperationID?
        package var parts: [Abandoned]
    }

    /// Everything that was given up, and neither ended nor forgotten.
    package func abandoned() async throws(Refusal) -> [Abandoned] { try await with.store.fleet().abandoned }

    /// Ends what was given up with a host, now that it answers; or only forgets it, where it never will.
    ///
    /// - Parameter text: name or address of a host; to forget, also the name of one that is not registered any more.
    /// - Throws: `hostNotRegistered`; `hostAnswers` for what is to be forgotten on a host that can be asked.
    package func endAbandoned(on text: String, forgets: Bool, waits: Bool) async throws(Refusal) -> Ended {
        let fleet = try await with.store.fleet()
        if forgets {
            let registered = fleet.hosts.first { $0.answers(to: text) }
            let parts = fleet.abandoned(on: registered?.name ?? text)
            if registered == nil, parts.isEmpty { _ = try fleet.host(text) }
            if let registered, await with.loss(of: registered) == nil {
                throw Refusal(
                    .hostAnswers, .host,
                    "\(.host) is '\(registered.name)': the host answers: what was given up there can be ended; "
                        + "ask without forget",
                    value: registered.name, host: registered.name)
            }
            try await with.store.apply([.forgetAbandoned(parts.map(\.id))])
            return Ended(operation: nil, parts: parts)
        }
        let host = try fleet.host(text)
        let parts = fleet.abandoned(on: host.name)
        guard !parts.isEmpty else { return Ended(operation: nil, parts: []) }
        let operation = OperationID(with.newID())
        do {
            // What does not answer now is not begun with.
            _ = try await with.hypervisor.machines(on: host)
            let plan = EndAbandoned(on: host, in: fleet).plan()
            _ = try await with.operations.run(plan, as: operation, waits: waits)
        } catch {
            throw error.at(host: host.name)
        }
        return Ended(operation: operation, parts: parts)
    }

    /// What is recorded when a host is forgotten: nothing of ours is on it, or it is given up with what is.
    func changes(forgetting host: Host, as name: String, abandons: Bool, _ fleet: Fleet) async throws(Refusal)
        -> (changes: [RecordChange], abandoned: [Abandoned])
    {
        let machines = fleet.machines(on: host.name)
        let names = machines.map(\.name).joined(separator: ", ")
        guard !machines.isEmpty else { return ([.removeHost(host.name)], []) }
        guard abandons else {
            throw Refusal(
                .hostInUse, .hostName,
                "\(.hostName) is '\(name.shown)': it carries \(names); destroy or move them first, or where the "
                    + "host is lost for good, ask with abandon", value: name.shown, host: host.name)
        }
        try await with.checkLost(host, subject: .hostName)
        let networks = Set(machines.compactMap(\.network)).sorted()
        guard networks.isEmpty else {
            throw Refusal(
                .hostInUse, .hostName,
                "\(.hostName) is '\(name.shown)': virtual networks \(networks.joined(separator: ", ")) have "
                    + "routers there; first apply "
                    + "each without them (applyVirtualNetwork with abandon), or destroy it (destroyVirtualNetwork with abandon)",
                value: name.shown, host: host.name)
        }
        let now = with.now()
        let abandoned = machines.map { fleet.abandoning($0, at: now) }
        return (
            machines.map { .removeMachine($0.id) } + abandoned.map { .abandon($0) } + [.removeHost(host.name)],
            abandoned
        )
    }
}
