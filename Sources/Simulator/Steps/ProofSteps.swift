internal import Model
internal import Synchronization

/// Proofs that concern several hosts.
extension Simulator {
    /// - Throws: `proofFailed`.
    func prove(_ step: Step) throws(Refusal) {
        let problem: String? = state.withLock { state in
            switch step {
            case .proveLink(let proof) where proof.medium != .physical: state.problem(with: proof)
            case .proveReach(let proof) where state.hasDefects: state.problem(with: proof)
            default: nil
            }
        }
        if let problem { throw Refusal(.proofFailed, problem) }
    }
}

extension Simulator.State {
    /// Whether there are link breaks or cuts; proofs are then examined in detail.
    var hasDefects: Bool { !breaks.isEmpty || !cuts.isEmpty }

    /// Why a link does not work; `nil` if both hosts have its segment and the routers answer.
    func problem(with proof: LinkProof) -> String? {
        for target in proof.targets {
            let place = "link '\(proof.link)': router '\(target.router)'"
            let isThere = [proof.host, target.host].allSatisfy { hosts[$0]?.segments[proof.bridge] != nil }
            guard isThere, hosts[target.host]?.answers(target.mac) == true else { return "\(place) did not answer" }
            guard hasDefects else { continue }
            guard joins(proof.host, target.host, proof.bridge) else {
                return "\(place) on host \(target.host) did not answer host \(proof.host)"
            }
            if isBroken(.mac, proof.bridge, target.host) {
                return "\(place) is answered for by another MAC address, not by \(target.mac)"
            }
            let mtu = [proof.host, target.host].compactMap { hosts[$0]?.segments[proof.bridge]?.mtu }.min() ?? 0
            guard mtu >= proof.mtu else {
                return "\(place) answers, but packets of \(proof.mtu) bytes do not pass: at most \(mtu) do"
            }
            if let probe = target.probe, isBroken(.stack, proof.bridge, target.host) {
                return "\(place) sends no \(probe.protocolName)"
            }
        }
        return nil
    }

    /// Why a router cannot be reached; `nil` if all can. Packets pass between routers over working links, if both
    /// stacks run.
    func problem(with proof: ReachProof) -> String? {
        let routers = self.routers(of: proof.network)
        guard let start = routers.first(where: { $0.name == proof.gateway.router }) else { return nil }
        var reached: Set<String> = start.isRouting ? [start.name] : []
        var waiting = [start]
        while let here = waiting.popLast() {
            for next in routers where next.isRouting && !reached.contains(next.name) {
                let isNext = here.bridges.intersection(next.bridges).contains { joins(here.host, next.host, $0) }
                if isNext, reached.insert(next.name).inserted { waiting.append(next) }
            }
        }
        guard let lost = proof.targets.first(where: { !reached.contains($0.router) }) else { return nil }
        return "link '\(proof.link)': \(lost.address) of router '\(lost.router)' cannot be reached over router "
            + "'\(proof.gateway.router)'"
    }

    private struct RunningRouter {
        var name: String
        var host: String
        var bridges: Set<String>
        var isRouting: Bool
    }

    private func routers(of network: String) -> [RunningRouter] {
        hosts.flatMap { name, host in
            let own = Set(host.segments.values.filter { $0.networkName == network }.map(\.name))
            return host.domains.values.compactMap { domain -> RunningRouter? in
                let bridges = Set(domain.spec?.interfaces.map(\.bridge) ?? []).intersection(own)
                guard domain.isRunning, !domain.isPaused, !bridges.isEmpty else { return nil }
                let isBroken = bridges.contains { self.isBroken(.stack, $0, name) }
                return RunningRouter(name: domain.name, host: name, bridges: bridges, isRouting: !isBroken)
            }
        }
    }

    private func isBroken(_ kind: LinkBreak.Kind, _ bridge: String, _ host: String) -> Bool {
        breaks.contains { $0.kind == kind && $0.before.name == bridge && $0.host == host }
    }

    /// Whether frames of a link pass from one host to the other and back.
    private func joins(_ one: String, _ other: String, _ bridge: String) -> Bool {
        guard let here = hosts[one]?.segments[bridge], let there = hosts[other]?.segments[bridge] else { return false }
        guard one != other else { return true }
        return here.peers.contains(there.local) && there.peers.contains(here.local)
            && !cuts.contains(HostPair(one, other))
    }
}

/// Proofs that concern one host.
extension SimulatedHost {
    /// - Throws: `addressTaken`.
    func checkFree(_ probe: AddressProbe) throws(Refusal) {
        guard !answers(probe.mac) else { throw Refusal(.addressTaken, nil, "\(.address) is '\(probe.address)': taken") }
    }

    /// - Throws: `proofFailed`.
    func prove(_ probe: AddressProbe) throws(Refusal) {
        guard answers(probe.mac) else {
            throw Refusal(.proofFailed, "machine '\(probe.machine.name)' did not answer")
        }
    }

    /// - Throws: `proofFailed`.
    func prove(_ probe: StackProbe) throws(Refusal) {
        guard answers(probe.mac) else {
            throw Refusal(.proofFailed, "machine '\(probe.machine.name)' sends no \(probe.probe.protocolName)")
        }
    }
}
