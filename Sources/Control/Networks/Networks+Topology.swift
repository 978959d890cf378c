package import Model

extension Networks {
    /// Hosts, what connects them, and the networks laid over them.
    package struct Topology: Sendable {
        /// A host as it answered, or did not.
        package struct HostView: Sendable {
            package var host: Host
            package var state: HostCondition.State
            /// Why nothing is told of its network devices.
            package var why: Refusal?
            /// `nil` where ``why`` is not.
            package var links: HostLinks?
        }

        /// By name.
        package var hosts: [HostView]
        package var physicalLinks: [PhysicalLink]
        package var networks: [Status]
    }

    /// Looks at every host. One that does not answer is told as such, and takes no longer than the server's patience.
    ///
    /// - Throws: `storeFailed`.
    package func topology() async throws(Refusal) -> Topology {
        let fleet = try await with.store.fleet()
        let unsettled = try await unsettled()
        let look = await look(at: fleet.hosts)
        var topology = Topology(hosts: [], physicalLinks: PhysicalLink.all(among: look.links), networks: [])
        for host in fleet.hosts.sorted(by: { $0.name < $1.name }) {
            let why = look.refusals[host.name]
            // A host that lists its machines is up, whatever else it cannot be asked.
            let isUp = why == nil || look.machines[host.name] != nil
            topology.hosts.append(
                .init(
                    host: host, state: isUp ? .up : why?.code == .hostShutDown ? .down : .unreachable, why: why,
                    links: look.links[host.name]))
        }
        for network in fleet.networks {
            var status = status(of: network, look, unsettled: unsettled)
            status.last = fleet.verifications[network.name]
            topology.networks.append(status)
        }
        return topology
    }
}
