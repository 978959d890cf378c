/// Puts together what a plan does: stage after stage, in each one or more lanes for every host.
package struct StagedSteps {
    private(set) var steps: [Step] = []
    private(set) var lanes: [Plan.Lane] = []
    /// How many stages there are so far.
    private(set) var stage = 0

    package init() {}

    /// Steps that go one after the other on one host.
    package init(_ steps: [Step], on host: Host) {
        self.steps = steps
        guard !steps.isEmpty else { return }
        lanes = [Plan.Lane(host: host, stage: 0, phase: .eachStep, steps: steps.indices)]
        stage = 1
    }

    /// Adds a stage; one in which nothing is done is left out.
    ///
    /// - Parameters:
    ///   - work: what each host does, by its name.
    ///   - atOnce: into how many lanes a host's work may be divided, where its steps need no order.
    ///   - joins: whether it goes side by side with the stage before, instead of after it.
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

    /// Adds what proves a network: each router from its own host, then across hosts, then what lies beyond.
    ///
    /// - Parameter boots: whether routers may have to boot first.
    mutating func addProofs(_ proofs: NetworkProofs, boots: Bool, on hosts: [Host]) {
        let byHost = { (proofs: [LinkProof]) in
            Dictionary(grouping: proofs, by: \.host).mapValues { $0.map(Step.proveLink) }
        }
        let atOnce = Plan.atOnce
        add("links", byHost(proofs.atHome(boots: boots)), on: hosts, atOnce: atOnce)
        add("across", byHost(proofs.across()), on: hosts, atOnce: atOnce)
        // A link that does not hold is found before the way over it is given up: it is asked for a shorter time.
        add(
            "reach", Dictionary(grouping: proofs.reach(), by: \.host).mapValues { $0.map(Step.proveReach) }, on: hosts,
            atOnce: atOnce, joins: lanes.last?.phase == .stage("across"))
    }
}
