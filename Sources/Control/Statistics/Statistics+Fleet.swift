internal import FoundationEssentials
package import Model

/// The last figures of everything, for readers that collect them: from memory alone, whatever hosts do.
extension Statistics {
    package struct HostLine: Sendable {
        package var host: Host
        package var condition: HostCondition?
        /// `nil` before the first reading.
        package var statistics: HostStatistics?
        /// Seconds since the last reading.
        package var age: Double?
    }

    package struct MachineLine: Sendable {
        package var machine: Machine
        /// Name of its team.
        package var team: String
        /// `nil` if it has not run since the server's start.
        package var totals: MachineTotals?
        /// Names of the links of its network cards.
        package var links: [MACAddress: String]
    }

    package func hostLines() async throws(Refusal) -> [HostLine] {
        var lines: [HostLine] = []
        for host in try await with.store.fleet().hosts.sorted(by: { $0.name < $1.name }) {
            let statistics = with.statistics.host(host.name)
            lines.append(
                HostLine(
                    host: host, condition: await with.watch.condition(of: host.name), statistics: statistics,
                    age: statistics.map { age($0.time) }))
        }
        return lines
    }

    /// Our machines on a host, by name.
    ///
    /// - Throws: `hostNotRegistered`.
    package func machineLines(on text: String) async throws(Refusal) -> [MachineLine] {
        let (fleet, records) = (try await with.store.fleet(), try await with.store.access())
        let host = try fleet.host(text)
        return fleet.machines(on: host.name).sorted { $0.name < $1.name }.map { machine in
            let network = machine.network.flatMap(fleet.network(named:))
            return MachineLine(
                machine: machine, team: records.team(machine.team)?.name ?? "",
                totals: with.statistics.machine(machine.id),
                links: network.map(Self.links(of:)) ?? [:])
        }
    }

    package func networkLines() async throws(Refusal) -> [OfNetwork] {
        let fleet = try await with.store.fleet()
        return fleet.networks.sorted { $0.name < $1.name }.map { ports(of: $0, fleet) }
    }
}
