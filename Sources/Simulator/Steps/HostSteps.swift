internal import Model

extension SimulatedHost {
    /// - Throws: `nodeInUse`.
    func checkIdle() throws(Refusal) {
        guard let domain = domains.values.first(where: \.isRunning) else { return }
        throw Refusal(.nodeInUse, "machine '\(domain.name)' runs there")
    }
}
