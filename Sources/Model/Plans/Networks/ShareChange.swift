/// How a router's share of its host's processors is asked for otherwise than before.
struct ShareChange {
    /// What is to be set; `nil` when nothing is.
    let values: [String: ParameterValue]?
    /// What that was.
    let previous: [String: ParameterValue]
    let words: [String]

    /// What a request leaves open goes back to the host's default where a request had set it, and stays what somebody else
    /// has set it to where none had.
    ///
    /// - Parameters:
    ///   - vcpus: as asked for: a cap on QEMU is a figure for each of them.
    ///   - survey: of its host; without one nothing is known and nothing changes.
    init(
        before: Machine, vcpus: Int, from: VirtualNetwork.Router?, to: VirtualNetwork.Router?, _ survey: HostSurvey?
    ) {
        guard let survey else {
            (values, previous, words) = (nil, [:], [])
            return
        }
        var reading = SchedulerReading.expected(on: survey)
        let usual = SchedulerRules(reading: reading, vcpus: vcpus)
        reading.parameters.merge(before.scheduler ?? [:]) { $1 }
        let now = SchedulerRules(reading: reading, vcpus: before.vcpus)
        let weight = to?.weight ?? (from?.weight == nil ? nil : usual.weight)
        let cap = to?.cap ?? (from?.cap == nil ? nil : 0)
        let newWeight = weight == now.weight ? nil : weight
        let newCap = cap == now.cap && vcpus == before.vcpus ? nil : cap
        var words: [String] = []
        if let newWeight { words.append("weight \(now.weight ?? 0) → \(newWeight)") }
        if let newCap, newCap != now.cap { words.append("cap \(now.cap ?? 0) → \(newCap) %") }
        self.words = words
        let rules = SchedulerRules(reading: reading, vcpus: vcpus)
        let set = newWeight == nil && newCap == nil ? nil : try? rules.parameters(weight: newWeight, cap: newCap)
        values = set
        previous = reading.parameters.filter { set?[$0.key] != nil }
    }
}
