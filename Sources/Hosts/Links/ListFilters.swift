internal import Model

/// Asks which of a host's firewalls drop what its bridges forward.
struct ListFilters: ScriptCall {
    static let script = HostScript("list-filters", PackageResources.list_filters_sh, to: "tell its firewall")

    func answer(_ output: String) -> [HostSurvey.Filter] { HostDescription(output).filters }
}

extension Refusal {
    /// The same, with the host's firewall named where that drops what the bridge forwards: a proof that heard nothing may have
    /// failed for that.
    func namingFilters(of shell: Shell?, on bridge: String) async -> Refusal {
        guard code == .proofFailed, let filters = try? await shell?.run(ListFilters(), seconds: 8),
            let filter = HostSurvey.Filter.words(filters, on: bridge)
        else { return self }
        var copy = self
        copy.reason += "; the host's firewall drops what its bridges forward: \(filter)"
        return copy
    }
}
