internal import FoundationEssentials

/// A router that exists, as it is recorded, as it is asked for, and as its host has it: what is to be done to it.
struct RouterChange {
    /// The machine's record and definition as asked for.
    let draft: MachineDraft
    let before: Machine
    /// The router and its interfaces as the network has them, and as it is asked to have them.
    let from: RouterShape
    let to: RouterShape
    /// `nil` when its host does not have it.
    let seen: ObservedMachine?
    let survey: HostSurvey?
    let now: Date

    private var name: String { draft.machine.name }

    /// The record as it becomes.
    var after: Machine {
        var machine = before
        let asked = draft.machine
        (machine.memoryMiB, machine.vcpus, machine.note) = (asked.memoryMiB, asked.vcpus, asked.note)
        (machine.address, machine.mac, machine.bridge) = (asked.address, asked.mac, asked.bridge)
        machine.isOnSegment = asked.isOnSegment
        if let values = share.values { machine.scheduler = (before.scheduler ?? [:]).merging(values) { $1 } }
        machine.asked = .running
        if boots { machine.startedAt = now }
        return machine
    }

    /// What differs between what is recorded and what is asked for.
    var changes: [NetworkChange] {
        let words = own + [interfaces].compactMap(\.self)
        let restart = (isSaved ? "; its saved memory is dropped" : "") + (restarts ? "; restarts" : "")
        return words.isEmpty ? [] : [change(.change, words.joined(separator: ", ") + restart)]
    }

    private var own: [String] {
        var words: [String] = []
        let asked = draft.machine
        if before.memoryMiB != asked.memoryMiB { words.append("vmRAM \(before.memoryMiB) → \(asked.memoryMiB) MiB") }
        if before.vcpus != asked.vcpus { words.append("vcpus \(before.vcpus) → \(asked.vcpus)") }
        if before.note != asked.note { words.append("another description") }
        return words + share.words
    }

    private var share: ShareChange {
        ShareChange(before: before, vcpus: draft.machine.vcpus, from: from.router, to: to.router, survey)
    }

    /// How what connects it differs.
    private var interfaces: String? {
        let (old, new) = (from.interfaces, to.interfaces)
        guard old != new else { return nil }
        let (had, has) = (Set(old.map(\.link)), Set(new.map(\.link)))
        var words = new.filter { !had.contains($0.link) }.map { "joins link \($0.link)" }
        words += old.filter { !has.contains($0.link) }.map { "leaves link \($0.link)" }
        for one in new {
            guard let other = old.first(where: { $0.link == one.link }), other != one else { continue }
            words.append("another address or MTU on link \(one.link)")
        }
        return words.isEmpty ? "its interfaces in another order" : words.joined(separator: ", ")
    }

    /// What its host has differently from what is recorded.
    var repairs: [NetworkChange] {
        guard let seen else {
            return [change(.repair, "is not on its host \(before.host) any more: is made again")]
        }
        let (strays, pending) = (drift?.strays ?? [], drift?.pending ?? [])
        if !strays.isEmpty {
            return [change(.repair, "\((strays + pending).joined(separator: ", ")): is made again as it was\(dropped)")]
        }
        var repairs: [NetworkChange] = []
        if !pending.isEmpty {
            repairs.append(change(.repair, "\(pending.joined(separator: ", ")): is defined again as it was"))
        }
        if seen.state.standsStill, !restarts {
            repairs.append(change(.repair, "is \(seen.state.rawValue): goes on"))
        } else if isSaved, !rebuilds {
            repairs.append(change(.repair, "is \(seen.state.rawValue) with its memory saved: goes on from there"))
        } else if !seen.state.isActive {
            repairs.append(change(.repair, "is \(seen.state.rawValue): is started\(dropped)"))
        }
        return repairs
    }

    private func change(_ kind: NetworkChange.Kind, _ words: String) -> NetworkChange {
        NetworkChange(kind: kind, part: .router, name: name, words: words)
    }

    private var drift: RouterDrift? {
        seen.map {
            RouterDrift(
                before: before, interfaces: from.interfaces,
                disks: draft.spec.disks.filter { !$0.isReadOnly }.map(\.path), seen: $0)
        }
    }

    private var isStray: Bool { drift.map { !$0.strays.isEmpty } ?? true }

    /// Whether its next start would go on from memory that was saved.
    private var isSaved: Bool { seen.map { $0.isSaved && !$0.state.isActive } ?? false }

    private var dropped: String { isSaved && changes.isEmpty ? "; its saved memory is dropped" : "" }

    /// Whether it is defined anew.
    private var rebuilds: Bool {
        restarts || before.note != draft.machine.note || drift.map { !$0.pending.isEmpty } ?? false
    }

    /// - Throws: `notOffered` where it has to be defined anew and cannot be.
    func check() throws(Refusal) {
        if rebuilds { try drift?.checkDisks() }
    }

    /// Whether it has to be down for a moment.
    private var restarts: Bool {
        isStray || before.memoryMiB != draft.machine.memoryMiB || before.vcpus != draft.machine.vcpus
            || from.interfaces != to.interfaces
    }

    /// Whether it boots for it.
    var boots: Bool { restarts || seen?.state.isActive != true }

    /// Nothing when all is as it should be.
    var steps: [Step] {
        let isActive = seen?.state.isActive == true
        guard rebuilds else {
            if isActive { return goingOn + setShare(share.values) }
            return [isSaved ? .restoreMachine(draft.reference) : .startMachine(draft.reference)]
                + setShare(after.scheduler)
        }
        return draft.storage.filter(\.isShared) + [.rebuildMachine(rebuild)] + (boots ? [] : goingOn)
    }

    private var goingOn: [Step] { seen?.state.standsStill == true ? [.resumeMachine(draft.reference)] : [] }

    private func setShare(_ values: [String: ParameterValue]?) -> [Step] {
        values.map { [.setScheduler(draft.reference, $0, previous: share.previous)] } ?? []
    }

    private var rebuild: RebuildMachine {
        var disk: CreateDisk?
        var seed: WriteSeed?
        for step in draft.storage {
            switch step {
            case .createDisk(let one): disk = one
            case .writeSeed(let one): seed = one
            default: continue
            }
        }
        var (spec, written) = (draft.spec, seed)
        let old = from.interfaces
        (spec.memoryMiB, spec.vcpus, spec.note) = (before.memoryMiB, before.vcpus, before.note)
        spec.interfaces = old.map(\.definition)
        if let mark = seen?.mark { spec.mark = mark }
        written?.seed.interfaces = old.map(\.seed)
        return RebuildMachine(
            shape: .init(spec: draft.spec, seed: seed, scheduler: after.scheduler), disk: disk,
            before: isStray || drift?.pending.isEmpty == false
                ? nil : .init(spec: spec, seed: written, scheduler: before.scheduler), restarts: boots)
    }
}

/// An interface of a router as the record has it.
struct RouterInterface: Equatable {
    var link: String
    var bridge: String
    var mac: MACAddress
    var address: InterfaceAddress?
    /// `nil` on a physical network.
    var mtu: Int?
    /// Whether `bridge` is a network card.
    var isDirect: Bool

    var definition: DomainSpec.Interface { .init(mac: mac, bridge: bridge, mtu: mtu, isDirect: isDirect) }
    var seed: Seed.Interface { .init(mac: mac, addresses: address.map { [$0] } ?? [], mtu: mtu) }
}

/// A router with its interfaces, in the order in which it has them: on a physical network, then on its links.
struct RouterShape {
    var router: VirtualNetwork.Router?
    var interfaces: [RouterInterface] = []

    /// Of all routers of a network.
    static func all(of network: VirtualNetwork) -> [String: RouterShape] {
        var shapes: [String: RouterShape] = [:]
        for router in network.routers { shapes[router.name] = RouterShape(router: router) }
        let physical = network.links.filter { $0.medium == .physical }
        for link in physical + network.links.filter({ $0.medium != .physical }) {
            let places = Dictionary(link.places.map { ($0.host, $0) }, uniquingKeysWith: { first, _ in first })
            for end in link.ends {
                guard let place = places[end.host] else { continue }
                shapes[end.router, default: RouterShape()].interfaces.append(
                    RouterInterface(
                        link: link.name, bridge: place.bridge, mac: end.mac, address: end.address,
                        mtu: link.medium == .physical ? nil : link.mtu, isDirect: place.isDirect))
            }
        }
        return shapes
    }
}
