/// Puts together a plan on many hosts: stage after stage, in each a lane for every host.
struct StagedSteps {
    private(set) var steps: [Step] = []
    private(set) var lanes: [Plan.Lane] = []
    private var stage = 0

    /// Adds a stage; one in which nothing is done is left out.
    ///
    /// - Parameter work: what each host does, by its name.
    mutating func add(_ phase: String, _ work: [String: [Step]], on nodes: [Node]) {
        var isEmpty = true
        for node in nodes {
            guard let added = work[node.name], !added.isEmpty else { continue }
            lanes.append(
                Plan.Lane(node: node, stage: stage, phase: phase, steps: steps.count..<steps.count + added.count))
            steps += added
            isEmpty = false
        }
        if !isEmpty { stage += 1 }
    }
}
