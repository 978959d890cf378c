package import FoundationEssentials

/// Plans for an existing network.
package struct NetworkPlans {
    package var network: VirtualNetwork
    package var fleet: Fleet

    package init(network: VirtualNetwork, fleet: Fleet) {
        self.network = network
        self.fleet = fleet
    }

    /// Plans the removal of all parts of the network: its routers first, then its links. Parts that no longer
    /// exist are no obstacle.
    ///
    /// - Parameters:
    ///   - service: the service that requests it.
    ///   - lost: hosts that do not answer, and whose parts of it are abandoned: nothing is done there.
    package func destroy(
        by service: String = "destroyVirtualNetwork", now: Date, abandoning lost: Set<String> = []
    ) -> Plan {
        let names = Set(network.hosts)
        let hosts = fleet.hosts.filter { names.contains($0.name) && !lost.contains($0.name) }
        let machines = fleet.machines(of: network.name)
        var staged = StagedSteps()
        staged.add(
            "routers",
            Dictionary(grouping: machines, by: \.host).mapValues { $0.flatMap(MachinePlans.removal) }, on: hosts)
        staged.add("segments", Self.segments(of: network).mapValues { $0.map(Step.removeSegment) }, on: hosts)
        return Plan(
            service: service, subject: .network(name: network.name, members: machines.map(MachineOnHost.init)), staged,
            recovery: .resume,
            onSuccess: machines.flatMap { MachinePlans.records(ofEnd: $0, at: now) } + [.removeNetwork(network.name)]
                + abandoned(on: lost, machines, Self.segments(of: network), at: now).map { .abandon($0) })
    }

    /// The machines and link parts that are abandoned with hosts that do not answer.
    ///
    /// - Parameters:
    ///   - machines: routers to remove.
    ///   - segments: parts of links to remove, by host.
    func abandoned(
        on lost: Set<String>, _ machines: [Machine], _ segments: [String: [Segment]], at now: Date
    ) -> [Abandoned] {
        machines.filter { lost.contains($0.host) }.map { fleet.abandoning($0, at: now) }
            + lost.sorted().flatMap { host in
                (segments[host] ?? []).map { Abandoned(.link($0), on: host, since: now) }
            }
    }

    /// The proofs of a network in stages, by host; they change nothing.
    ///
    /// - Parameter boots: whether its routers may still be booting, and get the time for it.
    package func proofs(boots: Bool = false) -> [[(host: String, step: Step)]] {
        let proofs = NetworkProofs(
            of: network, beside: fleet.networks.filter { $0.name != network.name })
        return [
            proofs.fromOwnHosts(boots: boots).map { ($0.host, .proveLink($0)) },
            proofs.fromOtherHosts().map { ($0.host, .proveLink($0)) },
            proofs.reach().map { ($0.host, .proveReach($0)) },
        ]
    }

    /// The segments of its links, by host.
    static func segments(of network: VirtualNetwork) -> [String: [Segment]] {
        var segments: [String: [Segment]] = [:]
        for link in network.links {
            for place in link.places {
                guard let segment = link.segment(at: place, of: network) else { continue }
                segments[place.host, default: []].append(segment)
            }
        }
        return segments
    }

    /// The steps that bring links into their desired form, by host: for parts that do not exist yet, that
    /// differ, or that a host has lost.
    static func changes(
        from: VirtualNetwork, to: VirtualNetwork, lost: (_ host: String, _ link: String) -> Bool = { _, _ in false }
    ) -> [String: [Step]] {
        let there = segments(of: from).mapValues { segments in
            Dictionary(segments.map { ($0.vni, $0) }, uniquingKeysWith: { first, _ in first })
        }
        let staying = Set(to.routers.map(\.name))
        let routers = Dictionary(from.routers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let ends = Dictionary(
            from.links.filter { $0.medium != .physical }.map { ($0.name, $0.ends) },
            uniquingKeysWith: { first, _ in first })
        var steps: [String: [Step]] = [:]
        for (host, wanted) in segments(of: to) {
            for segment in wanted {
                guard let old = there[host]?[segment.vni] else {
                    steps[host, default: []].append(.makeSegment(segment))
                    continue
                }
                guard old != segment || lost(host, segment.link) else { continue }
                let machines = (ends[segment.link] ?? []).compactMap { routers[$0.router] }.filter {
                    $0.host == host && staying.contains($0.name)
                }.map { MachineReference(id: $0.machine, name: $0.name) }
                steps[host, default: []].append(
                    .reshapeSegment(ReshapeSegment(from: old, to: segment, machines: machines)))
            }
        }
        return steps
    }

    /// Parts of links that are no longer needed, by host.
    static func leaving(from: VirtualNetwork, to: VirtualNetwork) -> [String: [Segment]] {
        let wanted = segments(of: to).mapValues { Set($0.map(\.vni)) }
        return segments(of: from).reduce(into: [:]) { result, entry in
            let gone = entry.value.filter { wanted[entry.key]?.contains($0.vni) != true }
            if !gone.isEmpty { result[entry.key] = gone }
        }
    }
}
