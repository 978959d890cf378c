package import Model

/// The service calls for hosts.
package struct HostRegistry: Sendable {
    let with: ControlContext

    package init(_ context: ControlContext) { with = context }

    /// Events that the caller may see.
    package struct EventPage: Sendable {
        package var events: [HostEvent]
        /// The number of the last event that was looked at, which the caller may not see.
        package var last: Int64?
    }

    /// A host that a caller wants to register.
    package struct Candidate: Sendable {
        package var host: Host
        package var trustsFirstUse: Bool

        package init(host: Host, trustsFirstUse: Bool) {
            self.host = host
            self.trustsFirstUse = trustsFirstUse
        }
    }

    /// Contacts every host, then records all of them; if one fails, records none.
    package func register(_ candidates: [Candidate]) async throws(Refusal) -> [Host] {
        let fleet = try await with.store.fleet()
        var accepted: [Host] = []
        for candidate in candidates {
            let host: Host
            do {
                host = try Registration(host: candidate.host, known: fleet.hosts + accepted).checked()
            } catch {
                await forget(accepted.map(\.name))
                throw error
            }
            do {
                accepted.append(try await with.hypervisor.contact(host, trustsFirstUse: candidate.trustsFirstUse))
            } catch {
                await forget(accepted.map(\.name) + [host.name])
                throw error.at(host: host.name)
            }
        }
        do {
            try await checkDistinct(accepted, fleet)
            try await with.store.apply(accepted.map { .insertHost($0) })
        } catch {
            await forget(accepted.map(\.name))
            throw error
        }
        for host in accepted {
            await note(.hostRegistered, host.name, "host '\(host.name)' is registered")
            await with.watch.attend(host)
        }
        return accepted
    }

    /// - Throws: `hostAddressTaken` for a computer that is registered under another name. A host that does not answer
    ///   cannot be compared.
    func checkDistinct(_ accepted: [Host], _ fleet: Fleet) async throws(Refusal) {
        let identities = await identities(
            of: fleet.hosts.filter { known in !accepted.contains { $0.name == known.name } } + accepted)
        for (name, identity) in identities where accepted.contains(where: { $0.name == name }) {
            try HostIdentity.checkDistinct(name, identity, from: identities)
        }
    }

    private func identities(of hosts: [Host]) async -> [(name: String, identity: HostIdentity)] {
        await with.answers(of: hosts).compactMap { host, answer in
            (try? answer.get())?.identity.map { (host.name, $0) }
        }
    }

    /// Checks a registered host, and whether other hosts have its UUID.
    private func inspect(_ known: Host, beside others: [Host]) async -> [HostCheck] {
        await checks(await with.hypervisor.inspect(known, trustsFirstUse: false), of: known.name, beside: others)
    }

    private func checks(_ found: HostInspection, of name: String, beside others: [Host]) async -> [HostCheck] {
        guard let own = found.identity else { return found.checks }
        let identities = await identities(of: others)
        return found.checks
            + [own.check(asNew: name, beside: identities), own.check(beside: identities)].compactMap { $0 }
    }

    func note(_ kind: HostEvent.Kind, _ host: String, _ words: String) async {
        await with.watch.note([HostEvent(kind, host: host, words: words, time: with.now())])
    }

    /// Sets a host's maintenance mode, in which it accepts no new machines, or ends it.
    package func setMaintenance(_ isOn: Bool, of text: String) async throws(Refusal) -> Host {
        try await with.setMaintenance(isOn, of: try await with.store.fleet().host(text))
    }

    /// Checks whether a host can run machines: a registered host by its name or address, any other host as described.
    package func inspect(_ candidate: Candidate) async throws(Refusal) -> [HostCheck] {
        let fleet = try await with.store.fleet()
        if let known = fleet.hosts.first(where: { $0.answers(to: candidate.host.name) }), candidate.host.hostKey == nil,
            candidate.host.addresses.isEmpty, candidate.host.uri == nil
        {
            return await inspect(known, beside: fleet.hosts.filter { $0.name != known.name })
        }
        let host = try Registration(host: candidate.host, known: []).checked()
        let found = await with.hypervisor.inspect(host, trustsFirstUse: candidate.trustsFirstUse)
        return await checks(found, of: host.name, beside: fleet.hosts.filter { $0.name != host.name })
    }

    package func credential() async throws(Refusal) -> String { try await with.hypervisor.credential() }

    /// Events of one host or of all; waits for one if there are none.
    ///
    /// - Parameters:
    ///   - number: only events with a higher number are returned.
    ///   - patience: how long to wait for an event.
    ///   - newest: whether the limit cuts off the oldest events instead of the newest.
    package func eventPage(
        after number: Int64, on host: String?, limit: Int, patience: Duration, newest: Bool = false
    ) async throws(Refusal) -> EventPage {
        let found = try await with.events.events(
            after: number, host: host, limit: limit, patience: patience, newest: newest)
        return EventPage(events: try await visible(found), last: found.last?.number)
    }

    /// Those of the events that the caller may see.
    func visible(_ events: [HostEvent]) async throws(Refusal) -> [HostEvent] {
        guard !with.rights.seesAll, !events.isEmpty else { return events }
        let fleet = try await with.store.fleet()
        // An event of a machine or network without a record has no owner, nor has one of an earlier one of the name: only
        // callers that see the server see it.
        return events.filter { event in
            if let name = event.network {
                guard let network = fleet.network(named: name), network.created <= event.time else { return false }
                return with.rights.role(on: network.access) != nil
            }
            guard let machine = event.machine else { return event.kind.isHostState }
            return fleet.machines(named: machine).contains {
                $0.host == event.host && $0.created <= event.time && fleet.isVisible($0, to: with.rights)
            }
        }
    }

    private func forget(_ names: [String]) async {
        for name in names { await with.hypervisor.forget(name) }
    }

    /// Removes hosts from the records, all or none.
    ///
    /// - Parameter abandons: abandon machines on hosts that do not answer.
    /// - Returns: the abandoned machines.
    /// - Throws: `hostNotRegistered`; `hostInUse` if a host has machines of ours; `hostAnswers` if machines are to be
    ///   abandoned on a host that answers.
    @discardableResult
    package func unregister(_ names: [String], abandons: Bool = false) async throws(Refusal) -> [Abandoned] {
        let fleet = try await with.store.fleet()
        var (changes, abandoned): ([RecordChange], [Abandoned]) = ([], [])
        for name in names {
            let host = try fleet.host(name, subject: .hostName)
            let more = try await self.changes(forgetting: host, as: name, abandons: abandons, fleet)
            changes += more.changes
            abandoned += more.abandoned
        }
        try await with.store.apply(changes)
        for case .removeHost(let name) in changes {
            await with.watch.leave(name)
            await with.hypervisor.forget(name)
            with.statistics.forget(host: name)
            await note(.hostUnregistered, name, "host '\(name)' is not registered any more")
        }
        return abandoned
    }

    /// A registered host and its condition.
    package struct Line: Sendable {
        package var host: Host
        /// `nil` until the watch first attends the host.
        package var condition: HostCondition?
    }

    package func registered() async throws(Refusal) -> [Line] {
        var lines: [Line] = []
        for host in try await with.store.fleet().hosts.sorted(by: { $0.name < $1.name }) {
            lines.append(Line(host: host, condition: await with.watch.condition(of: host.name)))
        }
        guard with.rights.seesAll else {
            // How hosts are reached is the operator's.
            return lines.map { line in
                var host = Host(name: line.host.name, hostKey: nil, addresses: [], uri: nil, memoryMiB: nil)
                host.maintenance = line.host.maintenance
                return Line(host: host, condition: line.condition)
            }
        }
        return lines
    }

    package struct Status: Sendable {
        package var host: Host
        package var condition: HostCondition?
        package var survey: HostSurvey
        /// Abandoned machines and links that may still exist on the host.
        package var abandoned: [Abandoned]
    }

    package func status(_ text: String) async throws(Refusal) -> Status {
        let fleet = try await with.store.fleet()
        let host = try fleet.host(text)
        do {
            let survey = try await with.survey(of: host, in: fleet)
            var status = Status(
                host: host, condition: await with.watch.condition(of: host.name), survey: survey,
                abandoned: fleet.abandoned(on: host.name))
            if !with.rights.seesAll {
                let visible = Set(
                    fleet.machines(visibleTo: with.rights).filter { $0.host == host.name }.map(\.id))
                status.survey.domains.removeAll { !visible.contains($0.id) }
                status.abandoned = []
            }
            return status
        } catch {
            throw error.at(host: host.name)
        }
    }
}
