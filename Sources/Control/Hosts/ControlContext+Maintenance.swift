internal import Model

extension ControlContext {
    /// Sets a host's maintenance mode, in which it accepts no new machines, or ends it.
    ///
    /// - Returns: the host as recorded afterwards.
    func setMaintenance(_ isOn: Bool, of host: Host) async throws(Refusal) -> Host {
        var host = host
        // An explicit request about a host that is down overrides that its maintenance ends with its return.
        let isKept = host.shutDown?.liftsMaintenance == true
        guard (host.maintenance != nil) != isOn || isKept else { return host }
        host.setMaintenance(since: isOn ? host.maintenance ?? now() : nil)
        try await store.apply([.setMaintenance(host: host.name, since: host.maintenance)])
        await watch.note([
            HostEvent(
                .hostMaintenance, host: host.name,
                words: isOn
                    ? "host '\(host.name)' accepts no new machines" : "host '\(host.name)' accepts new machines again",
                time: now())
        ])
        return host
    }
}
