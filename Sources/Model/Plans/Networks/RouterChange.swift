internal import FoundationEssentials

/// An existing router in its recorded, requested and observed form, and the steps that make it as requested.
struct RouterChange {
    /// The machine's requested record and definition.
    let draft: MachineDraft
    let before: Machine
    /// The recorded and the requested router with its interfaces.
    let from: RouterShape
    let to: RouterShape
    /// `nil` if its host does not have it.
    let observed: ObservedMachine?
    let survey: HostSurvey?
    let now: Date

    private var name: String { draft.machine.name }

    /// The record after the change.
    var after: Machine {
        var machine = before
        let requested = draft.machine
        (machine.memoryMiB, machine.vcpus, machine.note) = (requested.memoryMiB, requested.vcpus, requested.note)
        (machine.address, machine.mac, machine.bridge) = (requested.address, requested.mac, requested.bridge)
        machine.isOnSegment = requested.isOnSegment
        if let values = share.values { machine.scheduler = (before.scheduler ?? [:]).merging(values) { $1 } }
        machine.asked = .running
        if boots { machine.startedAt = now }
        return machine
    }

    /// The differences between the recorded and the requested router.
    var changes: [NetworkChange] {
        let words = own + [interfaces].compactMap(\.self)
        let restart = (isSaved ? "; its saved memory is dropped" : "") + (restarts ? "; restarts" : "")
        return words.isEmpty ? [] : [change(.change, words.joined(separator: ", ") + restart)]
    }

    private var own: [String] {
        var words: [String] = []
        let requested = draft.machine
        if before.memoryMiB != requested.memoryMiB {
            words.append("vmRAM \(before.memoryMiB) → \(requested.memoryMiB) MiB")
        }
        if before.vcpus != requested.vcpus { words.append("vcpus \(before.vcpus) → \(requested.vcpus)") }
        if before.note != requested.note { words.append("another description") }
        return words + share.words
    }

    private var share: ShareChange {
        ShareChange(before: before, vcpus: draft.machine.vcpus, from: from.router, to: to.router, survey)
    }

    /// The difference in its interfaces.
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

    /// The deviations on its host from the recorded router.
    var repairs: [NetworkChange] {
        guard let observed else {
            return [change(.repair, "is not on its host \(before.host) any more: is recreated")]
        }
        let (deviations, pending) = (drift?.deviations ?? [], drift?.pending ?? [])
        if !deviations.isEmpty {
            return [
                change(.repair, "\((deviations + pending).joined(separator: ", ")): is recreated as it was\(dropped)")
            ]
        }
        var repairs: [NetworkChange] = []
        if !pending.isEmpty {
            repairs.append(change(.repair, "\(pending.joined(separator: ", ")): is defined again as it was"))
        }
        if observed.state.isHalted, !restarts {
            repairs.append(change(.repair, "is \(observed.state.rawValue): is resumed"))
        } else if isSaved, !rebuilds {
            repairs.append(change(.repair, "is \(observed.state.rawValue) with its memory saved: is resumed from it"))
        } else if !observed.state.isActive {
            repairs.append(change(.repair, "is \(observed.state.rawValue): is started\(dropped)"))
        }
        return repairs
    }

    private func change(_ kind: NetworkChange.Kind, _ words: String) -> NetworkChange {
        NetworkChange(kind: kind, part: .router, name: name, words: words)
    }

    private var drift: RouterDrift? {
        observed.map {
            RouterDrift(
                before: before, interfaces: from.interfaces,
                disks: draft.spec.disks.filter { !$0.isReadOnly }.map(\.path), observed: $0)
        }
    }

    private var deviates: Bool { drift.map { !$0.deviations.isEmpty } ?? true }

    /// Whether its next start would resume from saved memory.
    private var isSaved: Bool { observed.map { $0.isSaved && !$0.state.isActive } ?? false }

    private var dropped: String { isSaved && changes.isEmpty ? "; its saved memory is dropped" : "" }

    /// Whether it is defined anew.
    private var rebuilds: Bool {
        restarts || before.note != draft.machine.note || drift.map { !$0.pending.isEmpty } ?? false
    }

    /// - Throws: `notOffered` if it has to be defined anew and cannot be.
    func check() throws(Refusal) {
        if rebuilds { try drift?.checkDisks() }
    }

    /// Whether it has to be stopped for a moment.
    private var restarts: Bool {
        deviates || before.memoryMiB != draft.machine.memoryMiB || before.vcpus != draft.machine.vcpus
            || from.interfaces != to.interfaces
    }

    /// Whether the change boots it.
    var boots: Bool { restarts || observed?.state.isActive != true }

    /// Empty if there is nothing to do.
    var steps: [Step] {
        let isActive = observed?.state.isActive == true
        guard rebuilds else {
            if isActive { return resumption + setShare(share.values) }
            return [isSaved ? .restoreMachine(draft.reference) : .startMachine(draft.reference)]
                + setShare(after.scheduler)
        }
        return draft.storage.filter(\.isShared) + [.rebuildMachine(rebuild)] + (boots ? [] : resumption)
    }

    private var resumption: [Step] { observed?.state.isHalted == true ? [.resumeMachine(draft.reference)] : [] }

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
        if let mark = observed?.mark { spec.mark = mark }
        written?.seed.interfaces = old.map(\.seed)
        return RebuildMachine(
            shape: .init(spec: draft.spec, seed: seed, scheduler: after.scheduler), disk: disk,
            before: deviates || drift?.pending.isEmpty == false
                ? nil : .init(spec: spec, seed: written, scheduler: before.scheduler), restarts: boots)
    }
}

/// A router's interface as recorded.
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

/// A router with its interfaces in their order: on a physical network, then on its links.
struct RouterShape {
    var router: VirtualNetwork.Router?
    var interfaces: [RouterInterface] = []

    /// The shapes of all routers of a network.
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
