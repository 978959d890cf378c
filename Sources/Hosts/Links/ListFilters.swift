internal import Model

/// Lists the firewalls of a host that drop frames which its bridges forward.
struct ListFilters: ScriptCall {
    static let script = HostScript("list-filters", PackageResources.list_filters_sh, to: "list its firewalls")

    func answer(_ output: String) -> [HostSurvey.Filter] { HostDescription(output).filters }
}

extension Refusal {
    /// Returns the refusal with the host's firewall added, if that drops frames which the bridge forwards: this may be
    /// why a proof heard nothing.
    func namingFilters(of shell: Shell?, on bridge: String) async -> Refusal {
        guard code == .proofFailed, let filters = try? await shell?.run(ListFilters(), seconds: 8),
            let filter = HostSurvey.Filter.words(filters, on: bridge)
        else { return self }
        var copy = self
        copy.reason += "; the host's firewall drops what its bridges forward: \(filter)"
        return copy
    }
}
