/// The change of a router's share of its host's processors.
struct ShareChange {
    /// The parameters to set; `nil` for no change.
    let values: [String: ParameterValue]?
    /// Their previous values.
    let previous: [String: ParameterValue]
    let words: [String]

    /// A value that the request omits returns to the host's default if an earlier request had set it. Otherwise
    /// it keeps the value that others may have set.
    ///
    /// - Parameters:
    ///   - vcpus: the requested number: on QEMU, a cap is a value for each virtual CPU.
    ///   - survey: the survey of its host; without one nothing is known and nothing changes.
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
