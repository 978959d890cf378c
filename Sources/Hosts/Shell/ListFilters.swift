internal import Model

extension Refusal {
    /// The same, with the host's firewall named where that drops what the bridge forwards: a proof that heard nothing may have
    /// failed for that.
    func namingFilters(of shell: Shell?, on bridge: String) async -> Refusal {
        guard code == .proofFailed, let told = try? await shell?.run(.filtering, [], seconds: 8),
            let filter = HostSurvey.Filter.words(HostDescription(told).filters, on: bridge)
        else { return self }
        var copy = self
        copy.reason += "; the host's firewall drops what its bridges forward: \(filter)"
        return copy
    }
}
