internal import Model

extension Refusal {
    /// Adds the host's name to its refusal, since the reader may have many hosts.
    func naming(_ host: Host) -> Refusal {
        var copy = at(host: host.name)
        if code == .segmentTaken { copy.reason = "host '\(host.name)': \(reason)" }
        guard [.hypervisorFailed, .storageFull, .notOffered, .timedOut].contains(code) else { return copy }
        for subject in ["the host ", "this host "] where reason.hasPrefix(subject) {
            copy.reason = "host '\(host.name)' \(reason.dropping(prefix: subject))"
            return copy
        }
        if reason.hasPrefix("the hypervisor ") { copy.reason = "host '\(host.name)': \(reason)" }
        return copy
    }
}
