internal import Model
internal import Workers

extension Networks {
    /// What hosts told of their machines and network devices, each by the host's name.
    struct Look: Sendable {
        var machines: [String: [ObservedSummary]] = [:]
        var links: [String: HostLinks] = [:]
        /// Why a host told nothing of its network devices.
        var refusals: [String: Refusal] = [:]
    }

    private struct Told: Sendable {
        var machines: [ObservedSummary]?
        var links: Result<HostLinks, Refusal>
    }

    /// Asks hosts side by side, so that one that hangs delays no other.
    func look(at hosts: [Host]) async -> Look {
        var look = Look()
        for (host, told) in zip(hosts, await concurrently(over: hosts) { host in await told(by: host) }) {
            look.machines[host.name] = told.machines
            switch told.links {
            case .success(let links): look.links[host.name] = links
            case .failure(let refusal): look.refusals[host.name] = refusal
            }
        }
        return look
    }

    private func told(by host: Host) async -> Told {
        let machines = Task { try? await with.hypervisor.machines(on: host) }
        let links = await links(of: host)
        return Told(machines: await machines.value, links: links)
    }

    private func links(of host: Host) async -> Result<HostLinks, Refusal> {
        do throws(Refusal) {
            return .success(try await with.hypervisor.links(on: host))
        } catch {
            return .failure(error)
        }
    }

    /// Networks that are just being made or destroyed: what they lack says nothing.
    func unsettled() async throws(Refusal) -> UnfinishedWork { try await with.unfinishedWork() }

    /// What was seen of a network.
    func status(of network: VirtualNetwork, _ look: Look, unsettled: UnfinishedWork) -> Status {
        var status = Status(network: network, states: [:], unreachable: [])
        for host in network.hosts {
            guard let machines = look.machines[host] else {
                status.unreachable.append(host)
                continue
            }
            let states = Dictionary(machines.map { ($0.id, $0.state) }, uniquingKeysWith: { first, _ in first })
            for router in network.routers where router.host == host {
                status.states[router.name] = states[router.machine]
            }
        }
        let making = unsettled.making
        status.making = Set(network.routers.filter { making.contains($0.machine) }.map(\.name))
        status.isUnsettled = unsettled.contains(network.name)
        if !status.isUnsettled { status.drift = network.drift(seenOn: look.links) }
        return status
    }
}

extension Networks.Status {
    /// Links of which an earlier proof says nothing any more.
    package var doubtful: Set<String> { Set(doubts.keys) }

    /// The same with why: a host of them does not answer, or was lost since; a router on them does not run, or has stopped
    /// since.
    package var doubts: [String: String] {
        var doubts: [String: String] = [:]
        let resting = resting
        for link in network.links {
            if let host = link.places.map(\.host).first(where: unreachable.contains) {
                doubts[link.name] = "host \(host) does not answer"
            } else if let words = link.ends.lazy.compactMap({ resting[$0.router] }).first {
                doubts[link.name] = words
            } else if last?.doubted.contains(link.name) == true {
                doubts[link.name] = "since it was proven last, a host of it was lost or a router on it stopped"
            }
        }
        return doubts
    }

    /// What keeps routers from answering, as far as their hosts tell, and what to do about it; by the router's name.
    var resting: [String: String] {
        var resting: [String: String] = [:]
        for router in network.routers where !unreachable.contains(router.host) {
            let (name, host) = (router.name, router.host)
            switch states[name] {
            case .some(let state) where state.standsStill:
                resting[name] =
                    "router '\(name)' is \(state.rawValue) on host \(host); resumeVirtualMachine, or applying the "
                    + "network, lets it go on"
            case .some(let state) where !state.isActive:
                resting[name] =
                    "router '\(name)' is \(state.rawValue) on host \(host); startVirtualMachine, or applying the "
                    + "network, starts it"
            case .some: continue
            case nil where making.contains(name): resting[name] = "router '\(name)' is just being made"
            case nil where isUnsettled:
                resting[name] = "host \(host) has no router '\(name)'; an operation on the network is going on"
            case nil:
                resting[name] = "host \(host) has no router '\(name)'; applying the network makes it again"
            }
        }
        return resting
    }

    /// What failed, with the routers that could not have answered: those on the link, or, where what failed is the way
    /// beyond it, any.
    func explained(_ faults: [String: Refusal]) -> [String: Refusal] {
        let resting = resting
        guard !resting.isEmpty else { return faults }
        var told = faults
        for (name, fault) in faults {
            let own = (network.link(name)?.ends ?? []).compactMap { resting[$0.router] }
            let words = own.isEmpty ? network.routers.compactMap { resting[$0.name] } : own
            told[name]?.reason = .init([fault.reason] + words.prefix(3).map { .init($0) }, separator: "; ")
        }
        return told
    }
}
