package import FoundationEssentials
internal import Logging
package import Model
internal import Workers

/// Statistics of hosts, machines and networks.
package struct Statistics: Sendable {
    /// A host's figures, and their age.
    package struct OfHost: Sendable {
        package var host: Host
        package var statistics: HostStatistics
        package var age: Double
    }

    /// A machine's figures; none if it has not run since the server's start.
    package struct OfMachine: Sendable {
        package var name: String
        package var host: Host
        package var id: MachineID
        package var totals: MachineTotals?
        package var age: Double?
        /// Names of the links of its network cards.
        package var links: [MACAddress: String] = [:]
    }

    /// The figures of a network's links, at the ports of its routers.
    package struct OfNetwork: Sendable {
        package struct Port: Sendable {
            package var link: VirtualNetwork.Link
            package var end: VirtualNetwork.End
            package var figures: Figures<InterfaceFigure>?
            package var age: Double?
        }

        package var network: VirtualNetwork
        package var ports: [Port]
        package var verification: Verification?
        /// Hosts without figures of the present.
        package var unreachable: [String] = []
    }

    let with: ControlContext
    /// The age in seconds after which figures are read again for a caller.
    let oldest: Double

    package init(_ context: ControlContext) {
        with = context
        oldest = 3 * (context.samplePeriod / .seconds(1))
    }

    /// Hosts that may be read in the background.
    func hostsThatAnswer() async -> [Host] {
        do throws(Refusal) {
            var found: [Host] = []
            for host in try await with.store.fleet().hosts
            where await with.watch.condition(of: host.name)?.state == .up { found.append(host) }
            return found
        } catch {
            with.log.error("the hosts could not be read: \(error.reason)")
            return []
        }
    }

    /// Reads a host's figures; a failure is logged.
    func sample(_ host: Host) async {
        do throws(Refusal) {
            _ = try await read(host)
        } catch {
            with.log.debug("figures of a host were not read: \(error.reason)", metadata: ["host": "\(host.name)"])
        }
    }

    /// - Throws: `hostUnreachable` if the last figures are old and the host does not answer.
    package func host(_ text: String) async throws(Refusal) -> OfHost {
        let host = try await with.store.fleet().host(text)
        let statistics = try await current(host)
        return OfHost(host: host, statistics: statistics, age: age(statistics.time))
    }

    /// - Throws: `machineNotFound`; `hostUnreachable` if the last figures are old and the host does not answer.
    package func machine(_ name: String, on text: String) async throws(Refusal) -> OfMachine {
        let fleet = try await with.store.fleet()
        let host = try fleet.host(text)
        let id: MachineID
        if let record = fleet.machine(name, on: host) {
            id = record.id
        } else {
            let look = try await Machines(with).look(name, on: text)
            guard let observed = look.observed else { throw look.notFound }
            id = observed.id
        }
        try await refresh(host, for: [id])
        let totals = with.statistics.machine(id)
        var answer = OfMachine(name: name, host: host, id: id, totals: totals, age: totals?.time.map(age))
        if let record = fleet.machine(id), let network = record.network.flatMap(fleet.network(named:)) {
            answer.links = Self.links(of: network)
        }
        return answer
    }

    /// - Throws: `networkNotFound`.
    package func network(_ name: String) async throws(Refusal) -> OfNetwork {
        let fleet = try await with.store.fleet()
        let network = try fleet.network(name)
        let hosts = fleet.hosts.filter { network.hosts.contains($0.name) }
        let outcomes = await outcomes(over: hosts, atMost: Self.mostHosts) { (host) async throws(Refusal) in
            try await refresh(host, for: network.routers.filter { $0.host == host.name }.map(\.machine))
        }
        var answer = ports(of: network, fleet)
        answer.unreachable = zip(hosts, outcomes).compactMap { host, outcome in
            if case .failure = outcome { host.name } else { nil }
        }
        return answer
    }

    func ports(of network: VirtualNetwork, _ fleet: Fleet) -> OfNetwork {
        let machines = Dictionary(network.routers.map { ($0.name, $0.machine) }) { first, _ in first }
        let ports = network.links.flatMap { link in
            link.ends.map { end in
                let totals = machines[end.router].flatMap(with.statistics.machine)
                return OfNetwork.Port(
                    link: link, end: end, figures: totals?.interfaces[end.mac]?.figures, age: totals?.time.map(age))
            }
        }
        return OfNetwork(network: network, ports: ports, verification: fleet.verifications[network.name])
    }

    /// An object's series; see ``SeriesBook/part(of:from:least:now:)``.
    package func series(
        of object: SeriesObject, from: Date, least: Int64
    ) async throws(Refusal) -> SeriesBook.Part {
        try await with.series.part(of: object, from: from, least: least, now: with.now())
    }

    /// The names of a network's links by the addresses of the network cards on them.
    static func links(of network: VirtualNetwork) -> [MACAddress: String] {
        let ends = network.links.flatMap { link in link.ends.map { ($0.mac, link.name) } }
        return Dictionary(ends) { first, _ in first }
    }

    /// Reads a host if its figures are old, or from before one of these machines was there.
    private func refresh(_ host: Host, for machines: [MachineID]) async throws(Refusal) {
        if machines.contains(where: { with.statistics.machine($0)?.host != host.name }) {
            _ = try await read(host)
        } else {
            _ = try await current(host)
        }
    }

    private func current(_ host: Host) async throws(Refusal) -> HostStatistics {
        if let known = with.statistics.host(host.name), age(known.time) <= oldest { return known }
        return try await read(host)
    }

    private func read(_ host: Host) async throws(Refusal) -> HostStatistics {
        try await with.statistics.reading(host.name) {
            do throws(Refusal) {
                let sample = try await with.hypervisor.figures(of: host)
                // After the host, which may have lost a machine to another one meanwhile.
                let fleet = try await with.store.fleet()
                let time = with.now()
                let taken = with.statistics.take(sample, of: host.name, at: time, longest: oldest) { fleet.machine($0) }
                with.series.add(taken.values, at: time, seconds: taken.seconds)
                return .success(taken.statistics)
            } catch {
                return .failure(error.at(host: host.name))
            }
        }.get()
    }

    func age(_ time: Date) -> Double { max(0, with.now().timeIntervalSince(time)) }

    private static let mostHosts = 32
}
