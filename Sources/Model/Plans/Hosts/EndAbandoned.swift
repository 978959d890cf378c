/// Plans the end of what was given up with a host, once the host answers again.
package struct EndAbandoned {
    package let node: Node
    package let fleet: Fleet

    package init(on node: Node, in fleet: Fleet) {
        self.node = node
        self.fleet = fleet
    }

    /// What is there no longer is no hindrance. A part of a link that a network of ours needs there by now stays.
    package func plan() -> Plan {
        let all = fleet.abandoned(on: node.name)
        let needed = Set(
            fleet.networks.flatMap(\.links).filter { link in link.places.contains { $0.node == node.name } }
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
            service: "endAbandoned", subject: .host(name: node.name), StagedSteps(machines + segments, on: node),
            recovery: .resume, onSuccess: [.forgetAbandoned(all.map(\.id))])
    }
}
