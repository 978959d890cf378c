internal import Model
internal import Workers

/// Collects the lines of a page of machines. Contacts only the hosts that the page needs, each once.
struct MachineWalk {
    typealias Answer = Result<[ObservedSummary], Refusal>

    let fleet: Fleet
    let query: ListQuery
    /// Hosts that may have matching machines, sorted by name.
    let hosts: [Host]
    let with: ControlContext
    private(set) var answersByHost: [String: Answer] = [:]
    /// Hosts that were contacted for this page and did not answer.
    private(set) var unreachable: [String] = []
    private var making: Set<MachineID> = []

    init(fleet: Fleet, query: ListQuery, hosts: [Host], with: ControlContext) {
        (self.fleet, self.query, self.hosts, self.with) = (fleet, query, hosts, with)
    }

    /// The lines in the order of hosts.
    mutating func byHost() async throws(Refusal) -> [Machines.Line] {
        let from = query.after?.place.first
        let turns = hosts.filter { host in
            from.map { query.isDescending ? host.name <= $0 : host.name >= $0 } ?? true
        }
        var rest = (query.isDescending ? turns.reversed() : turns)[...]
        var (rows, least): ([Machines.Line], Int) = ([], 1)
        while !rest.isEmpty, rows.count <= query.most {
            let batch = nextHosts(of: rest, least: least, expecting: query.most + 1 - rows.count)
            rest = rest.dropFirst(batch.count)
            least = batch.count * 2
            try await ask(batch)
            for host in batch where rows.count <= query.most {
                let lines = lines(on: host).filter { query.takes($0) }
                rows += query.isDescending ? lines.reversed() : lines
            }
        }
        return rows
    }

    /// The next hosts to contact: as many as have `most` machines by our records, and at least `least`. A host without
    /// machines of ours counts as one machine, since it may have others.
    private func nextHosts(of rest: ArraySlice<Host>, least: Int, expecting most: Int) -> [Host] {
        var (batch, count): ([Host], Int) = ([], 0)
        for host in rest {
            guard batch.count < least || count < most else { break }
            batch.append(host)
            count += max(fleet.machineCount(on: host.name), 1)
        }
        return batch
    }

    /// Machines of ours in the order of their names: from the records, so that only the hosts of the page are
    /// contacted.
    mutating func byName() async throws(Refusal) -> [Machines.Line] {
        let known = Dictionary(hosts.map { ($0.name, $0) }) { first, _ in first }
        let early = query.terms.filter { $0.key != "state" }
        var (rows, after, size): ([Machines.Line], ListPosition?, Int) = ([], query.after, query.most + 1)
        while rows.count <= query.most {
            let next = fleet.machines(after: after, isDescending: query.isDescending, most: size)
            guard let last = next.last else { break }
            after = ListPosition(.text(last.name), [last.host, last.name, last.id.text])
            size *= 2
            let room = max(0, query.most.plus(1) - rows.count)
            let wanted = next.filter { machine in
                let line = Machines.Line(host: machine.host, asked: machine)
                return known[machine.host] != nil && early.allSatisfy { $0.holds(line.values(of: $0.key)) }
            }
            .prefix(query.terms.count == early.count ? room : .max)
            let carriers = Set(wanted.map(\.host)).sorted()
            try await ask(carriers.compactMap { known[$0] })
            for name in carriers { note(name) }
            rows += wanted.map { line(of: $0) }.filter { query.takes($0) }
        }
        return rows
    }

    /// The lines in any other order, which is known only after all hosts have answered.
    mutating func everywhere() async throws(Refusal) -> [Machines.Line] {
        try await ask(hosts)
        var rows: [Machines.Line] = []
        for host in hosts { rows += lines(on: host) }
        var all = query
        (all.limit, all.bound) = (nil, .max)
        return all.page(of: rows).rows
    }

    /// The lines of these machines, of which each host is contacted once.
    mutating func lines(of machines: [Machine]) async throws(Refusal) -> [Machines.Line] {
        try await ask(hosts)
        for host in hosts { note(host.name) }
        return machines.map { line(of: $0) }.filter { query.takes($0) }
    }

    private mutating func ask(_ hosts: [Host]) async throws(Refusal) {
        let unanswered = hosts.filter { answersByHost[$0.name] == nil }
        for (name, answer) in await answers(of: unanswered) { answersByHost[name] = answer }
        // Read after the hosts have answered: a machine that was created meanwhile is then no longer listed as being
        // created.
        making = try await with.unfinishedWork().making
    }

    private func answers(of hosts: [Host]) async -> [(name: String, answer: Answer)] {
        let hypervisor = with.hypervisor
        let answers = await outcomes(over: hosts) { (host) async throws(Refusal) in
            try await hypervisor.machines(on: host)
        }
        return zip(hosts, answers).map { ($0.name, $1) }
    }

    private mutating func note(_ host: String) {
        if case .failure? = answersByHost[host], !unreachable.contains(host) { unreachable.append(host) }
    }

    /// The lines of one host, sorted by name.
    private mutating func lines(on host: Host) -> [Machines.Line] {
        note(host.name)
        let ours = fleet.machines(on: host.name)
        guard case .success(let observed)? = answersByHost[host.name] else {
            return ours.map { Machines.Line(host: host.name, asked: $0, isUnreachable: true) }
        }
        let known = Dictionary(ours.map { ($0.id, $0) }) { first, _ in first }
        let observedIDs = Set(observed.map(\.id))
        let lines =
            observed.map { Machines.Line(host: host.name, asked: known[$0.id], observed: $0) }
            + ours.filter { !observedIDs.contains($0.id) }.map { absent($0) }
        return lines.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
    }

    private func line(of machine: Machine) -> Machines.Line {
        guard case .success(let observed)? = answersByHost[machine.host] else {
            return Machines.Line(host: machine.host, asked: machine, isUnreachable: true)
        }
        guard let found = observed.first(where: { $0.id == machine.id }) else { return absent(machine) }
        return Machines.Line(host: machine.host, asked: machine, observed: found)
    }

    private func absent(_ machine: Machine) -> Machines.Line {
        Machines.Line(host: machine.host, asked: machine, isBeingCreated: making.contains(machine.id))
    }
}
