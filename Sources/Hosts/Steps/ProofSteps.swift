internal import Model

/// Proofs change nothing, and have nothing to undo.
extension StepHost {
    func checkFree(_ probe: AddressProbe) async throws { try await Prober(opened).checkFree(probe) }

    func prove(_ probe: AddressProbe) async throws {
        try await LibvirtHosts.whileRunning(probe.machine, opened) { try await Prober(opened).prove(probe) }
    }

    func prove(_ probe: StackProbe) async throws {
        try await LibvirtHosts.whileRunning(probe.machine, opened) { try await Prober(opened).prove(probe) }
    }

    func prove(_ proof: LinkProof) async throws { try await LinkProver(opened).prove(proof) }

    func prove(_ proof: ReachProof) async throws { try await LinkProver(opened).prove(proof) }
}
