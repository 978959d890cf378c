internal import Model

extension ControlContext {
    /// Keeps new machines away from a host, or lets them come again.
    ///
    /// - Returns: the host as it is recorded then.
    func setMaintenance(_ isOn: Bool, of host: Host) async throws(Refusal) -> Host {
        var host = host
        // Who says so of a host that is down has it kept when it is back.
        let isKept = host.shutDown?.liftsMaintenance == true
        guard (host.maintenance != nil) != isOn || isKept else { return host }
        host.setMaintenance(since: isOn ? host.maintenance ?? now() : nil)
        try await store.apply([.setMaintenance(host: host.name, since: host.maintenance)])
        await watch.note([
            HostEvent(
                .hostMaintenance, host: host.name,
                words: isOn
                    ? "host '\(host.name)' takes no new machines" : "host '\(host.name)' takes new machines again",
                time: now())
        ])
        return host
    }
}
