package import Model

extension Networks {
    /// The hosts, the physical links between them, and the virtual networks.
    package struct Topology: Sendable {
        /// A host with its network devices, if it answered.
        package struct HostView: Sendable {
            package var host: Host
            package var state: HostCondition.State
            /// The reason why the host reported no network devices.
            package var why: Refusal?
            /// `nil` if ``why`` is not.
            package var links: HostLinks?
        }

        /// Sorted by name.
        package var hosts: [HostView]
        package var physicalLinks: [PhysicalLink]
        package var networks: [Status]
    }

    /// Contacts every host. A host that does not answer is marked as such, and takes no longer than the server's
    /// patience.
    ///
    /// - Throws: `storeFailed`.
    package func topology() async throws(Refusal) -> Topology {
        let fleet = try await with.store.fleet()
        let unsettled = try await unsettled()
        let look = await look(at: fleet.hosts)
        // The hosts' own devices are the operator's.
        let links = with.rights.seesAll ? look.links : [:]
        var topology = Topology(hosts: [], physicalLinks: PhysicalLink.all(among: links), networks: [])
        for host in fleet.hosts.sorted(by: { $0.name < $1.name }) {
            let why = look.refusals[host.name]
            // A host that lists its machines is up, even if it cannot report its network devices.
            let isUp = why == nil || look.machines[host.name] != nil
            topology.hosts.append(
                .init(
                    host: host, state: isUp ? .up : why?.code == .hostShutDown ? .down : .unreachable, why: why,
                    links: links[host.name]))
        }
        for network in fleet.networks(visibleTo: with.rights) {
            var status = status(of: network, look, unsettled: unsettled)
            status.last = fleet.verifications[network.name]
            topology.networks.append(status)
        }
        return topology
    }
}
