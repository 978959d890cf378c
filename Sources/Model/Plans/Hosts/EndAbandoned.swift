/// Plans the end of machines and link parts that were abandoned with a host, once the host answers again.
package struct EndAbandoned {
    package let host: Host
    package let fleet: Fleet

    package init(on host: Host, in fleet: Fleet) {
        self.host = host
        self.fleet = fleet
    }

    /// Parts that no longer exist are no obstacle. A link's part stays if one of our networks needs it there by
    /// now.
    package func plan() -> Plan {
        let all = fleet.abandoned(on: host.name)
        let needed = Set(
            fleet.networks.flatMap(\.links).filter { link in link.places.contains { $0.host == host.name } }
                .compactMap(\.vni))
        var (machines, segments): ([Step], [Step]) = ([], [])
        for one in all {
            switch one.part {
            case .machine(let machine, _): machines += MachinePlans.removal(of: machine)
            case .link(let segment) where !needed.contains(segment.vni): segments.append(.removeSegment(segment))
            case .link: continue
            }
        }
        return Plan(
            service: "endAbandoned", subject: .host(name: host.name), StagedSteps(machines + segments, on: host),
            recovery: .resume, onSuccess: [.forgetAbandoned(all.map(\.id))])
    }
}
