internal import Control
internal import Model
internal import Synchronization

extension Simulator {
    /// Ends a run of a host, with all machines; one that is off, or has been since, stays as it is.
    func switchOff(_ host: String, _ boot: HostBoot) {
        let isOn = state.withLock {
            $0.silent[host] == nil && boot == HostBoot("simulated.\($0.hosts[host]?.boots ?? 0)")
        }
        guard isOn else { return }
        change(host) { host in
            for id in host.domains.keys { host.domains[id]?.isRunning = false }
        }
        state.withLock { _ = $0.off.insert(host) }
        silence(host)
    }

    /// Takes a host's power away: its machines end.
    package func powerOff(_ host: String) { switchOff(host, HostBoot("simulated.\(self.host(host).boots)")) }

    /// Whether a host has no power.
    package func isOff(_ host: String) -> Bool { state.withLock { $0.off.contains(host) } }

    /// Switches a host on again; libvirt starts what starts with its host.
    package func switchOn(_ host: String) {
        change(host) { host in
            host.boots += 1
            for (id, domain) in host.domains where domain.spec?.startsWithHost == true {
                host.domains[id]?.isRunning = true
            }
        }
        state.withLock { _ = $0.off.remove(host) }
        restore(host)
    }
}
