internal import Control
internal import Model
internal import Synchronization

extension Simulator {
    /// Switches a host off, with all its machines, if it still runs the given boot.
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

    /// Cuts a host's power: its machines end.
    package func powerOff(_ host: String) { switchOff(host, HostBoot("simulated.\(self.host(host).boots)")) }

    /// Whether a host is switched off.
    package func isOff(_ host: String) -> Bool { state.withLock { $0.off.contains(host) } }

    /// Switches a host on again; machines with autostart start with it.
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
