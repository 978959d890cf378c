internal import Model

extension SimulatedHost {
    /// - Throws: `hostInUse`.
    func checkIdle() throws(Refusal) {
        guard let domain = domains.values.first(where: \.isRunning) else { return }
        throw Refusal(.hostInUse, "machine '\(domain.name)' runs there")
    }
}
