extension StepHost {
    func checkIdle() async throws { try await LibvirtHosts.checkIdle(connection) }
}
