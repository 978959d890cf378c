extension StepHost {
    func checkIdle() async throws { try await RealHosts.checkIdle(connection) }
}
