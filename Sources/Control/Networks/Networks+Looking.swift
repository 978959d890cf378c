internal import Model
internal import Workers

extension Networks {
    /// The machines and network devices that hosts reported, by the host's name.
    struct Look: Sendable {
        var machines: [String: [ObservedSummary]] = [:]
        var links: [String: HostLinks] = [:]
        /// The reason why a host reported no network devices.
        var refusals: [String: Refusal] = [:]
    }

    private struct HostAnswer: Sendable {
        var machines: [ObservedSummary]?
        var links: Result<HostLinks, Refusal>
    }

    /// Contacts hosts in parallel, so that a host that hangs delays no other.
    func look(at hosts: [Host]) async -> Look {
        var look = Look()
        for (host, answer) in zip(hosts, await concurrently(over: hosts) { host in await answer(of: host) }) {
            look.machines[host.name] = answer.machines
            switch answer.links {
            case .success(let links): look.links[host.name] = links
            case .failure(let refusal): look.refusals[host.name] = refusal
            }
        }
        return look
    }

    private func answer(of host: Host) async -> HostAnswer {
        let machines = Task { try? await with.hypervisor.machines(on: host) }
        let links = await links(of: host)
        return HostAnswer(machines: await machines.value, links: links)
    }

    private func links(of host: Host) async -> Result<HostLinks, Refusal> {
        do throws(Refusal) {
            return .success(try await with.hypervisor.links(on: host))
        } catch {
            return .failure(error)
        }
    }

    /// The unfinished operations: parts that their networks lack at present are no fault.
    func unsettled() async throws(Refusal) -> UnfinishedWork { try await with.unfinishedWork() }

    /// The observed status of a network.
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
    /// Links whose last verification is no longer reliable.
    package var doubtful: Set<String> { Set(doubts.keys) }

    /// The doubtful links with the reason: a host of the link does not answer, or was lost since; a router on the link
    /// does not run, or has stopped since.
    package var doubts: [String: String] {
        var doubts: [String: String] = [:]
        let stoppedRouters = stoppedRouters
        for link in network.links {
            if let host = link.places.map(\.host).first(where: unreachable.contains) {
                doubts[link.name] = "host \(host) does not answer"
            } else if let words = link.ends.lazy.compactMap({ stoppedRouters[$0.router] }).first {
                doubts[link.name] = words
            } else if last?.doubted.contains(link.name) == true {
                doubts[link.name] =
                    "since its last verification, one of its hosts was lost, a router on it stopped, or it was changed"
            }
        }
        return doubts
    }

    /// Routers that cannot answer, as far as their hosts report, with the reason and the remedy; by the router's name.
    var stoppedRouters: [String: String] {
        var stoppedRouters: [String: String] = [:]
        for router in network.routers where !unreachable.contains(router.host) {
            let (name, host) = (router.name, router.host)
            switch states[name] {
            case .some(let state) where state.isHalted:
                stoppedRouters[name] =
                    "router '\(name)' is \(state.rawValue) on host \(host); resumeVirtualMachine, or applying the "
                    + "network, resumes it"
            case .some(let state) where !state.isActive:
                stoppedRouters[name] =
                    "router '\(name)' is \(state.rawValue) on host \(host); startVirtualMachine, or applying the "
                    + "network, starts it"
            case .some: continue
            case nil where making.contains(name): stoppedRouters[name] = "router '\(name)' is being created"
            case nil where isUnsettled:
                stoppedRouters[name] = "host \(host) has no router '\(name)'; an operation on the network is running"
            case nil:
                stoppedRouters[name] = "host \(host) has no router '\(name)'; applying the network creates it again"
            }
        }
        return stoppedRouters
    }

    /// Adds to each fault the routers that could not answer: those on its link, or, if none of these is stopped, all
    /// stopped routers of the network, since the fault may then lie on a path beyond the link.
    func explained(_ faults: [String: Refusal]) -> [String: Refusal] {
        let stoppedRouters = stoppedRouters
        guard !stoppedRouters.isEmpty else { return faults }
        var explained = faults
        for (name, fault) in faults {
            let own = (network.link(name)?.ends ?? []).compactMap { stoppedRouters[$0.router] }
            let words = own.isEmpty ? network.routers.compactMap { stoppedRouters[$0.name] } : own
            explained[name]?.reason = .init([fault.reason] + words.prefix(3).map { .init($0) }, separator: "; ")
        }
        return explained
    }
}
