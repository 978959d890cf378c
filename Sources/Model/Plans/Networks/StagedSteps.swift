/// Puts together a plan on many hosts: stage after stage, in each one or more lanes for every host.
struct StagedSteps {
    private(set) var steps: [Step] = []
    private(set) var lanes: [Plan.Lane] = []
    private var stage = 0

    /// Adds a stage; one in which nothing is done is left out.
    ///
    /// - Parameters:
    ///   - work: what each host does, by its name.
    ///   - atOnce: into how many lanes a host's work may be divided, where its steps need no order.
    mutating func add(_ phase: String, _ work: [String: [Step]], on nodes: [Node], atOnce: Int = 1) {
        var isEmpty = true
        for node in nodes {
            guard let added = work[node.name], !added.isEmpty else { continue }
            let parts = min(atOnce, added.count)
            for part in 0..<parts {
                let range = part * added.count / parts..<(part + 1) * added.count / parts
                lanes.append(
                    Plan.Lane(
                        node: node, stage: stage, phase: phase,
                        steps: steps.count + range.lowerBound..<steps.count + range.upperBound))
            }
            steps += added
            isEmpty = false
        }
        if !isEmpty { stage += 1 }
    }
}
