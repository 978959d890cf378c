internal import FoundationEssentials
package import Model

/// The present loads of hosts, machines and links, the heaviest first: from memory alone.
extension Statistics {
    /// What loads are sorted by.
    package enum LoadKey: Sendable { case cpu, memory, traffic, disk, name }

    package struct HostLoad: Sendable {
        package var line: HostLine
        package var values: SeriesValues
    }

    package struct MachineLoad: Sendable {
        package var machine: Machine
        package var totals: MachineTotals?
        package var values: SeriesValues
    }

    package struct LinkLoad: Sendable {
        package var network: String
        package var link: String
        /// Bytes per second that all its routers sent.
        package var sent: Double?
        /// Whether its last proof holds; `nil` without one.
        package var isProven: Bool?
    }

    package struct Loads: Sendable {
        package var hosts: [HostLoad]
        package var machines: [MachineLoad]
        package var links: [LinkLoad]
    }

    /// - Parameters:
    ///   - host: only this host, its machines, and links of its routers.
    ///   - limit: maximum number of hosts, of machines, and of links.
    /// - Throws: `hostNotRegistered`.
    package func loads(
        sortedBy key: LoadKey, on host: String?, limit: Int
    ) async throws(Refusal) -> Loads {
        let fleet = try await with.store.fleet()
        let only = try host.map { text throws(Refusal) in try fleet.host(text).name }
        let most = max(0, limit)
        let hosts = try await hostLines().filter { only == nil || $0.host.name == only }.map { line in
            let isPresent = line.age.map { $0 <= oldest } ?? false
            return HostLoad(
                line: line, values: isPresent ? with.statistics.values(of: .host(line.host.name)) : SeriesValues())
        }
        let machines = fleet.machines(visibleTo: with.rights).filter { only == nil || $0.host == only }.map { machine in
            let totals = with.statistics.machine(machine.id)
            let isPresent = totals?.time.map { age($0) <= oldest } ?? false
            return MachineLoad(
                machine: machine, totals: totals,
                values: isPresent ? with.statistics.values(of: .machine(machine.id)) : SeriesValues())
        }
        let links = fleet.networks(visibleTo: with.rights)
            .filter { network in only.map { network.hosts.contains($0) } ?? true }
            .flatMap { loads(of: $0, fleet.verifications[$0.name], on: only) }
        return Loads(
            hosts: Array(sorted(hosts, key, \.values, \.line.host.name).prefix(most)),
            machines: Array(sorted(machines, key, \.values, \.machine.name).prefix(most)),
            links: Array(sorted(links, key).prefix(most)))
    }

    private func loads(
        of network: VirtualNetwork, _ verification: Verification?, on host: String?
    ) -> [LinkLoad] {
        let machines = Dictionary(network.routers.map { ($0.name, $0.machine) }) { first, _ in first }
        let links = network.links.filter { link in host == nil || link.ends.contains { $0.host == host } }
        return links.map { link in
            let rates = link.ends.compactMap { end in
                machines[end.router].flatMap { with.statistics.values(of: .port($0, end.mac))[.sent] }
            }
            return LinkLoad(
                network: network.name, link: link.name, sent: rates.isEmpty ? nil : rates.reduce(0, +),
                isProven: link.isProven(by: verification))
        }
    }

    private func sorted<Load>(
        _ loads: [Load], _ key: LoadKey, _ values: (Load) -> SeriesValues, _ name: (Load) -> String
    ) -> [Load] {
        loads.map { load in (load, Self.weight(values(load), key), name(load)) }
            .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.2 < $1.2 }.map(\.0)
    }

    private func sorted(_ links: [LinkLoad], _ key: LoadKey) -> [LinkLoad] {
        links.sorted { one, other in
            let weights = key == .name ? (0, 0) : (one.sent ?? -1, other.sent ?? -1)
            return weights.0 != weights.1
                ? weights.0 > weights.1 : (one.network, one.link) < (other.network, other.link)
        }
    }

    /// What is not reported comes last.
    private static func weight(_ values: SeriesValues, _ key: LoadKey) -> Double {
        func sum(_ one: SeriesValue, _ other: SeriesValue) -> Double {
            values[one] == nil && values[other] == nil ? -1 : (values[one] ?? 0) + (values[other] ?? 0)
        }
        return switch key {
        case .cpu: values[.cpuUse] ?? -1
        case .memory: values[.memoryUsed] ?? -1
        case .traffic: sum(.received, .sent)
        case .disk: sum(.read, .written)
        case .name: 0
        }
    }
}
