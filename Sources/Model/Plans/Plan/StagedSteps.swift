/// Composes the work of a plan: stage after stage, each with one or more lanes for every host.
package struct StagedSteps {
    private(set) var steps: [Step] = []
    private(set) var lanes: [Plan.Lane] = []
    /// Number of stages so far.
    private(set) var stage = 0

    package init() {}

    /// Steps that run one after the other on one host.
    package init(_ steps: [Step], on host: Host) {
        self.steps = steps
        guard !steps.isEmpty else { return }
        lanes = [Plan.Lane(host: host, stage: 0, phase: .eachStep, steps: steps.indices)]
        stage = 1
    }

    /// Adds a stage; a stage without steps is left out.
    ///
    /// - Parameters:
    ///   - work: the steps of each host, by the host's name.
    ///   - atOnce: the number of lanes into which a host's work may be divided, if its steps need no order.
    ///   - joins: whether it runs in parallel with the preceding stage, instead of after it.
    package mutating func add(
        _ phase: String, _ work: [String: [Step]], on hosts: [Host], atOnce: Int = 1, joins: Bool = false
    ) {
        if joins, stage > 0 { stage -= 1 }
        var isEmpty = !joins
        for host in hosts {
            guard let added = work[host.name], !added.isEmpty else { continue }
            let parts = min(atOnce, added.count)
            for part in 0..<parts {
                let range = part * added.count / parts..<(part + 1) * added.count / parts
                lanes.append(
                    Plan.Lane(
                        host: host, stage: stage, phase: .stage(phase),
                        steps: steps.count + range.lowerBound..<steps.count + range.upperBound))
            }
            steps += added
            isEmpty = false
        }
        if !isEmpty { stage += 1 }
    }

    /// Adds the proofs of a network: each router from its own host, then from other hosts, then addresses
    /// beyond the links.
    ///
    /// - Parameter boots: whether routers may have to boot first.
    mutating func addProofs(_ proofs: NetworkProofs, boots: Bool, on hosts: [Host]) {
        let byHost = { (proofs: [LinkProof]) in
            Dictionary(grouping: proofs, by: \.host).mapValues { $0.map(Step.proveLink) }
        }
        let atOnce = Plan.atOnce
        add("links", byHost(proofs.fromOwnHosts(boots: boots)), on: hosts, atOnce: atOnce)
        add("across", byHost(proofs.fromOtherHosts()), on: hosts, atOnce: atOnce)
        // A broken link is reported before the timeout of a route over it, because the link's own proof has a
        // shorter timeout.
        add(
            "reach", Dictionary(grouping: proofs.reach(), by: \.host).mapValues { $0.map(Step.proveReach) }, on: hosts,
            atOnce: atOnce, joins: lanes.last?.phase == .stage("across"))
    }
}
