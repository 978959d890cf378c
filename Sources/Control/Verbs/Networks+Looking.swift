internal import Model

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
    func look(at nodes: [Node]) async -> Look {
        let tasks = nodes.map { node in (node.name, Task { await told(by: node) }) }
        var look = Look()
        for (name, task) in tasks {
            let told = await task.value
            look.machines[name] = told.machines
            switch told.links {
            case .success(let links): look.links[name] = links
            case .failure(let refusal): look.refusals[name] = refusal
            }
        }
        return look
    }

    private func told(by node: Node) async -> Told {
        let machines = Task { try? await with.hypervisor.machines(on: node) }
        let links = await links(of: node)
        return Told(machines: await machines.value, links: links)
    }

    private func links(of node: Node) async -> Result<HostLinks, Refusal> {
        do throws(Refusal) {
            return .success(try await with.hypervisor.links(on: node))
        } catch {
            return .failure(error)
        }
    }

    /// Names of networks that are just being made or destroyed: what they lack says nothing.
    func unsettled() async throws(Refusal) -> Set<String> {
        Set(try await with.store.unfinished().compactMap(\.plan.network))
    }

    /// What was seen of a network.
    func status(of network: VirtualNetwork, _ look: Look, unsettled: Set<String>) -> Status {
        var status = Status(network: network, states: [:], unreachable: [])
        for node in network.nodes {
            guard let machines = look.machines[node] else {
                status.unreachable.append(node)
                continue
            }
            let states = Dictionary(machines.map { ($0.id, $0.state) }, uniquingKeysWith: { first, _ in first })
            for router in network.routers where router.node == node {
                status.states[router.name] = states[router.machine]
            }
        }
        if !unsettled.contains(network.name) { status.drift = network.drift(seenOn: look.links) }
        return status
    }
}

extension Networks.Status {
    /// Links of which an earlier proof says nothing any more: a host of them does not answer, or was lost since; a router
    /// on them does not run, or has stopped since.
    package var doubtful: Set<String> {
        let gone = Set(unreachable)
        let resting = Set(
            network.routers.map(\.name).filter { name in states[name].map { !$0.isActive || $0 == .paused } ?? true })
        return (last?.doubted ?? []).union(
            network.links.filter { link in
                link.places.contains { gone.contains($0.node) } || link.ends.contains { resting.contains($0.router) }
            }.map(\.name))
    }
}
