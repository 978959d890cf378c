package import Model

extension Networks {
    /// Hosts, what connects them, and the networks laid over them.
    package struct Topology: Sendable {
        /// A host as it answered, or did not.
        package struct Host: Sendable {
            package var node: Node
            package var state: NodeCondition.State
            /// Why nothing is told of its network devices.
            package var why: Refusal?
            /// `nil` where ``why`` is not.
            package var links: HostLinks?
        }

        /// By name.
        package var hosts: [Host]
        package var physicalLinks: [PhysicalLink]
        package var networks: [Status]
    }

    /// Looks at every host. One that does not answer is told as such, and takes no longer than the server's patience.
    ///
    /// - Throws: `storeFailed`.
    package func topology() async throws(Refusal) -> Topology {
        let fleet = try await with.store.fleet()
        let unsettled = try await unsettled()
        let look = await look(at: fleet.nodes)
        var topology = Topology(hosts: [], physicalLinks: PhysicalLink.all(among: look.links), networks: [])
        for node in fleet.nodes.sorted(by: { $0.name < $1.name }) {
            let why = look.refusals[node.name]
            // A host that lists its machines is up, whatever else it cannot be asked.
            let isUp = why == nil || look.machines[node.name] != nil
            topology.hosts.append(
                .init(
                    node: node, state: isUp ? .up : why?.code == .nodeShutDown ? .down : .unreachable, why: why,
                    links: look.links[node.name]))
        }
        for network in fleet.networks {
            var status = status(of: network, look, unsettled: unsettled)
            status.last = fleet.verifications[network.name]
            topology.networks.append(status)
        }
        return topology
    }
}
