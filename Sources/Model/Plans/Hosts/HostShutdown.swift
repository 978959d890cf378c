package import FoundationEssentials

/// Decides whether a host can be shut down, and plans it.
package struct HostShutdown: Sendable {
    /// The fate of our machines that run there.
    package enum Fate: String, Sendable {
        /// The host stays up.
        case refuse
        case evacuate, stop
    }

    /// The time allowed for a host's shutdown, in seconds: systemd allows 90 for each of its services.
    package static let seconds = 300

    package var host: Host
    package var fleet: Fleet
    /// The machines that the host reports.
    package var observed: [ObservedSummary]

    package init(of host: Host, fleet: Fleet, observed: [ObservedSummary]) {
        self.host = host
        self.fleet = fleet
        self.observed = observed
    }

    /// Our machines on the host, sorted by name.
    package var ours: [Machine] {
        fleet.machines(on: host.name)
    }

    /// Our machines that run there.
    package var running: [Machine] {
        let active = Set(observed.filter(\.state.isActive).map(\.id))
        return ours.filter { active.contains($0.id) }
    }

    /// Names of running machines that are not ours; the control domain of a Xen host is left out.
    package var strangers: [String] {
        let known = Set(ours.map(\.id))
        return observed.filter { $0.state.isActive && !known.contains($0.id) && !$0.id.isDomain0 }.map(\.name).sorted()
    }

    /// - Throws: `hostInUse` if a running machine prevents the shutdown.
    package func check(_ fate: Fate) throws(Refusal) {
        guard strangers.isEmpty else {
            throw refusal(
                "machines run there that VMS did not make: \(Self.list(strangers)); end them, or adopt them first "
                    + "(adoptVirtualMachine)")
        }
        guard fate == .refuse, !running.isEmpty else { return }
        throw refusal(
            "machines run there: \(Self.list(running.map(\.name))); request it with machines 'evacuate' or 'stop', or move or "
                + "stop them first")
    }

    /// - Parameters:
    ///   - kept: for each machine that could not be moved or stopped, the reason.
    ///   - gone: names of the machines that were moved or stopped.
    /// - Throws: `hostInUse` if a machine still runs there.
    package func checkEmpty(kept: [MachineID: Refusal], gone: [String]) throws(Refusal) {
        let left: [Refusal.Words] = running.map { machine in
            guard let why = kept[machine.id] else { return "'\(machine.name)'" }
            return "'\(machine.name)' (\(why.code.rawValue): \(why.reason))"
        }
        let names = left + strangers.map { "'\($0)', which VMS did not make" }
        guard !names.isEmpty else { return }
        var refusal = refusal(
            "it stays up, since \(Self.list(names)) still \(names.count == 1 ? "runs" : "run") there"
                + (gone.isEmpty ? "" : "; moved or stopped before: \(Self.list(gone))"))
        refusal.machine = running.first?.name
        refusal.operation = running.first.flatMap { kept[$0.id]?.operation }
        throw refusal
    }

    /// The refusal of a shutdown while an operation that uses the host is unfinished.
    package static func refusal(of host: String, usedBy operation: UnfinishedOperation) -> Refusal {
        let of =
            switch operation.subject {
            case .machine(let name, _): " of '\(name)'"
            case .network(let name, _): " of network '\(name)'"
            case .host: ""
            }
        return Refusal(
            .hostInUse, .host,
            "\(.host) is '\(host)': \(operation.service)\(of) is \(operation.state.rawValue) and uses the host "
                + "(operation \(operation.id.text)); "
                + (operation.state == .stuck ? "resolve it first" : "wait until it has ended, or cancel it"),
            value: host, host: host, operation: operation.id.text)
    }

    /// Plans the shutdown of a host's current boot. The shutdown is recorded before the host gets the command,
    /// and the record is removed if the host stays up.
    ///
    /// - Parameter liftsMaintenance: whether the host accepted new machines before: it is to do so again when
    ///   it is back, or when it stays up.
    package static func plan(of host: Host, boot: HostBoot, liftsMaintenance: Bool, now: Date) -> Plan {
        let mark = ShutdownRecord(since: now, boot: boot, liftsMaintenance: liftsMaintenance)
        return Plan(
            service: "shutdownPhysicalServer", subject: .host(name: host.name),
            StagedSteps([.checkIdle, .powerOff(boot, seconds: seconds)], on: host), recovery: .resume,
            atBegin: [.setShutdown(host: host.name, mark)],
            onFailure: [.setShutdown(host: host.name, nil)]
                + (liftsMaintenance ? [.setMaintenance(host: host.name, since: nil)] : []))
    }

    private func refusal(_ words: Refusal.Words) -> Refusal {
        Refusal(
            .hostInUse, .host, "\(.host) is '\(host.name)': \(words)", value: host.name, host: host.name)
    }

    private static func list(_ names: [String]) -> Refusal.Words { list(names.map { Refusal.Words($0) }) }

    private static func list(_ names: [Refusal.Words]) -> Refusal.Words {
        Refusal.Words(Array(names.prefix(20)), separator: ", ")
            + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
}
