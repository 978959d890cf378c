/// Plans the change of an existing network to a request: only the differences, and the parts that its hosts
/// have lost.
///
/// Removals come last, after everything else is proven; until then all steps can be undone.
package struct ChangeNetwork {
    package let input: NetworkPlanInput
    /// The recorded network.
    package let network: VirtualNetwork
    package let observed: ObservedNetwork
    /// Hosts that do not answer, and whose parts of the network are abandoned.
    package let lost: Set<String>

    package init(
        _ input: NetworkPlanInput, of network: VirtualNetwork, seen observed: ObservedNetwork,
        abandoning lost: Set<String> = []
    ) {
        self.input = input
        self.network = network
        self.observed = observed
        self.lost = lost
    }

    /// - Throws: `invalidValue` for a request that places something on an abandoned host.
    package static func check(
        _ request: NetworkRequest, of network: VirtualNetwork, in fleet: Fleet, abandoning lost: Set<String>
    ) throws(Refusal) {
        guard !request.routers.isEmpty else { return }
        try ExistingNetwork(network, in: fleet).check(request, abandoning: lost)
    }

    /// Without differences there is nothing to do, and the plan has no steps. A request without routers stands
    /// for the recorded network: parts that its hosts have lost are repaired, and nothing changes.
    ///
    /// - Throws: the first part of the request that is not possible; `notOffered` for a change that an existing
    ///   network does not allow.
    package func plan() throws(Refusal) -> PlannedNetwork {
        let kept = ExistingNetwork(network, in: input.fleet)
        var input = input
        if input.request.routers.isEmpty { input.request = kept.recorded(without: lost) }
        try kept.check(input.request, abandoning: lost)
        try NetworkNames(input.request, fleet: kept.others(in: input.fleet)).check()
        let ids = Dictionary(zip(input.request.routers.map(\.name), input.machines)) { first, _ in first }
        input.request = try kept.completing(input.request, fleet: input.fleet)
        input.machines = input.request.routers.compactMap { ids[$0.name] }
        let draft = try NetworkDraft(input, kept: kept)
        var work = Work(input: input, from: network, draft: draft, observed: observed, lost: lost)
        let (old, new) = (RouterShape.all(of: network), RouterShape.all(of: draft.network))
        for machine in draft.machines {
            if let before = kept.machine(machine.machine.name) {
                work.routers.append(
                    RouterChange(
                        draft: machine, before: before, from: old[machine.machine.name] ?? RouterShape(),
                        to: new[machine.machine.name] ?? RouterShape(),
                        observed: observed.machines[before.id],
                        survey: input.surveys[before.host], now: input.now
                    ))
            } else {
                work.added.append(machine)
            }
        }
        for router in work.routers { try router.check() }
        let stay = Set(draft.machines.map(\.machine.id))
        work.removed = input.fleet.machines(of: network.name).filter { !stay.contains($0.id) }
        return PlannedNetwork(
            Planned(record: draft.network, plan: work.plan), was: network,
            machines: work.routers.map(\.after) + work.added.map(\.machine), changes: work.changes)
    }
}

/// A change of a network, with every choice made.
private struct Work {
    let input: NetworkPlanInput
    let from: VirtualNetwork
    let draft: NetworkDraft
    let observed: ObservedNetwork
    let lost: Set<String>
    var routers: [RouterChange] = []
    var added: [MachineDraft] = []
    var removed: [Machine] = []

    private var to: VirtualNetwork { draft.network }

    var changes: [NetworkChange] {
        let known = Dictionary(from.links.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let links = to.links.map { link in LinkChange(from: known[link.name], to: link) }
        let staying = Set(to.links.map(\.name))
        let gone = from.links.filter { !staying.contains($0.name) }
        let all =
            added.map { draft in
                NetworkChange(
                    kind: .add, part: .router, name: draft.machine.name,
                    words: "on host \(draft.machine.host), \(draft.machine.memoryMiB) MiB"
                        + (draft.image.map { ", image \($0.reference)" } ?? ""))
            } + links.flatMap(\.changes) + routers.flatMap(\.changes)
            + drifts().map { NetworkChange(kind: .repair, part: .link, name: $0.link, words: $0.words) }
            + routers.flatMap(\.repairs) + gone.flatMap { LinkChange(from: $0, to: nil).changes }
            + removed.map {
                NetworkChange(
                    kind: .remove, part: .router, name: $0.name,
                    words: lost.contains($0.host)
                        ? "abandoned with host \($0.host), which does not answer"
                        : "from host \($0.host)\(RemovalEffects(of: $0, observed.machines[$0.id]).words)")
            }
        return NetworkChange.Kind.allCases.flatMap { kind in all.filter { $0.kind == kind } }
    }

    var plan: Plan {
        let hosts = input.fleet.hosts
        let living = hosts.filter { !lost.contains($0.name) }
        var staged = StagedSteps()
        staged.add("segments", segments, on: hosts, atOnce: Plan.atOnce)
        staged.add("routers", machines, on: hosts)
        let settles: Int?
        if staged.steps.isEmpty, removed.isEmpty, leaving.isEmpty {
            settles = nil
        } else {
            staged.addProofs(
                NetworkProofs(of: to, beside: input.fleet.networks.filter { $0.name != to.name }),
                boots: !added.isEmpty || routers.contains(where: \.boots), on: hosts)
            settles = staged.stage
            staged.add(
                "routers that go",
                Dictionary(grouping: removed, by: \.host).mapValues { $0.flatMap(MachinePlans.removal) }, on: living)
            staged.add("segments that go", leaving.mapValues { $0.map(Step.removeSegment) }, on: living)
        }
        let changed = routers.filter { $0.before != $0.after }
        let members = (routers.map(\.before) + added.map(\.machine) + removed).map(MachineOnHost.init)
        return Plan(
            service: "applyVirtualNetwork", subject: .network(name: to.name, members: members), staged,
            recovery: .undo, settles: settles, provesNetwork: settles != nil,
            atBegin: [.replaceNetwork(united, was: from)] + changed.map { .replaceMachine($0.after) }
                + added.map { .insertMachine($0.machine) } + draft.needed(by: added),
            onSuccess: [.replaceNetwork(to, was: nil)]
                + removed.flatMap { MachinePlans.records(ofEnd: $0, at: input.now) }
                + NetworkPlans(network: from, fleet: input.fleet).abandoned(on: lost, removed, leaving, at: input.now)
                .map { .abandon($0) },
            onFailure: added.map { .removeMachine($0.machine.id) } + changed.map { .replaceMachine($0.before) }
                + [.replaceNetwork(from, was: nil)],
            memory: draft.memoryNeeds, notes: draft.notes(input.surveys))
    }

    /// Parts of staying links that hosts have lost. Faults of a physical network are not ours to repair.
    private func drifts() -> [LinkDrift] {
        let hosts = observed.links.mapValues(ObservedHost.init)
        let staying = Dictionary(
            to.links.filter { $0.medium != .physical }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return from.links.filter { $0.medium != .physical }.flatMap { link -> [LinkDrift] in
            guard let stays = staying[link.name] else { return [] }
            return from.drift(of: link, seenOn: hosts).filter { drift in
                stays.places.contains { $0.host == drift.host }
            }
        }
    }

    /// The steps that make or change parts of links, by host.
    private var segments: [String: [Step]] {
        let lost = Set(drifts().map { [$0.host, $0.link] })
        return NetworkPlans.changes(from: from, to: to) { host, link in lost.contains([host, link]) }
    }

    /// Parts of links to remove, by host.
    private var leaving: [String: [Segment]] { NetworkPlans.leaving(from: from, to: to) }

    /// Removed routers stop first, so that new ones may use their addresses.
    private var machines: [String: [Step]] {
        var steps: [String: [Step]] = [:]
        for machine in removed where !lost.contains(machine.host) {
            steps[machine.host, default: []].append(.parkMachine(.init(id: machine.id, name: machine.name)))
        }
        for router in routers { steps[router.before.host, default: []] += router.steps }
        for draft in added { steps[draft.machine.host, default: []] += NetworkDraft.creation(draft) }
        return steps.filter { !$0.value.isEmpty }
    }

    /// The record until the removals are done: the union of both networks, so that no part on a host is
    /// forgotten.
    private var united: VirtualNetwork {
        var united = to
        let (going, names) = (Set(removed.map(\.id)), Set(removed.map(\.name)))
        united.routers += from.routers.filter { going.contains($0.machine) }
        let places = Dictionary(
            to.links.enumerated().compactMap { index, link in link.vni.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        for old in from.links {
            guard let vni = old.vni else { continue }
            guard let index = places[vni] else {
                united.links.append(old)
                continue
            }
            let hosts = Set(united.links[index].places.map(\.host))
            united.links[index].places += old.places.filter { !hosts.contains($0.host) }
            united.links[index].ends += old.ends.filter { names.contains($0.router) }
        }
        return united
    }
}
