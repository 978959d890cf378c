package import FoundationEssentials
package import Logging
package import Model
internal import ServiceLifecycle

/// Stays connected with every registered host: knows which hosts answer, records events of hosts and of our machines,
/// and never changes a host by itself.
///
/// Each host has a task of its own, so that a host that hangs delays no other.
package actor HostWatch {
    let store: any Store
    let hypervisor: any Hypervisor
    private let events: EventBook
    let log: Logger
    let now: @Sendable () -> Date
    /// The pause between attempts to reach a host again.
    private let pause: Duration
    /// Called when a host answers, after the events of its absence were recorded, with whether it had been lost before.
    private let onReturn: @Sendable (_ host: String, _ wasLost: Bool) async -> Void
    /// Called with each change of a machine that a host reports, ours or not.
    private let onChange: @Sendable (MachineID, MachineChange, _ host: String) -> Void
    private var attended: [String: Attendance] = [:]
    /// The reports in progress that a host is down on purpose, by host.
    var reports: [String: Task<Void, Never>] = [:]

    private struct Attendance {
        var task: Task<Void, Never>
        var condition: HostCondition
        /// The last observed states of our machines, by id; `.some(nil)` for a machine that is missing on the host.
        var observed: [MachineID: ObservedMachine.State?] = [:]
    }

    package init(
        store: any Store, hypervisor: any Hypervisor, events: EventBook, log: Logger, pause: Duration = .seconds(2),
        now: @escaping @Sendable () -> Date = { Date() },
        onReturn: @escaping @Sendable (_ host: String, _ wasLost: Bool) async -> Void = { _, _ in },
        onChange: @escaping @Sendable (MachineID, MachineChange, _ host: String) -> Void = { _, _, _ in }
    ) {
        self.store = store
        self.hypervisor = hypervisor
        self.events = events
        self.log = log
        self.pause = pause
        self.now = now
        self.onReturn = onReturn
        self.onChange = onChange
    }

    /// The condition of a host; `nil` for a host that is not attended.
    package func condition(of host: String) -> HostCondition? { attended[host]?.condition }

    /// Begins to attend a host; replaces the attendance if there is one.
    package func attend(_ host: Host) {
        let before = attended.removeValue(forKey: host.name)
        before?.task.cancel()
        // It outlasts the call that registered the host.
        let task = Caller.$current.withValue(nil) { Task { await self.stay(with: host) } }
        var condition = HostCondition(.unknown, since: now())
        if let mark = host.shutDown, mark.isDown {
            condition = HostCondition(.down, since: mark.since, why: host.absence)
        } else if let known = before?.condition, known.state == .unreachable {
            // The host was lost with its old properties: when it answers with its new ones, it has come back.
            condition = known
        }
        attended[host.name] = Attendance(task: task, condition: condition)
    }

    /// Sets the condition of a host, if it is attended.
    func setCondition(_ condition: HostCondition, _ host: String) { attended[host]?.condition = condition }

    /// Stops attending a host.
    package func leave(_ name: String) {
        attended.removeValue(forKey: name)?.task.cancel()
    }

    private func stay(with host: Host) async {
        while !Task.isCancelled {
            do throws(Refusal) {
                try await hypervisor.attend(host) { signal in await self.take(signal, from: host) }
            } catch {
                guard !Task.isCancelled else { return }
                await lost(host, error)
            }
            try? await Task.sleep(for: pause)
        }
    }

    private func lost(_ host: Host, _ why: Refusal) async {
        // A host with another key is another host: it is reported even if the registered host was shut down.
        if why.code != .hostKeyRefused, await wentDown(host.name) != nil { return }
        guard let known = attended[host.name]?.condition else { return }
        let isNews = known.state != .unreachable || known.why?.code != why.code
        let since = known.state == .unreachable ? known.since : now()
        attended[host.name]?.condition = HostCondition(.unreachable, since: since, why: why)
        guard isNews else { return }
        log.warning("host lost: \(why.reason)", metadata: ["host": "\(host.name)", "detail": "\(why.detail ?? "")"])
        await doubt(linksOn: host.name)
        let kind = why.code == .hostKeyRefused ? HostEvent.Kind.hostKeyRefused : .hostLost
        await note([HostEvent(kind, host: host.name, words: why.reason.description, time: now())])
    }

    private func take(_ signal: HostSignal, from host: Host) async {
        switch signal {
        case .connected: await returned(host)
        case .machine(let id, _, let change):
            onChange(id, change, host.name)
            await changed(id, change, on: host)
        }
    }

    /// A host answers, again or for the first time: changes during its absence are found by comparing the observed
    /// states with the last ones.
    private func returned(_ host: Host) async {
        let more = await clearShutdown(of: host)
        guard let known = attended[host.name]?.condition else { return }
        if known.state != .up {
            attended[host.name]?.condition = HostCondition(.up, since: now())
            log.notice("host answers", metadata: ["host": "\(host.name)"])
            await note([HostEvent(.hostUp, host: host.name, words: "host '\(host.name)' answers", time: now())])
        }
        await note(more)
        do throws(Refusal) {
            try await compare(host)
        } catch {
            log.warning("machines of a host could not be listed: \(error.reason)", metadata: ["host": "\(host.name)"])
        }
        await reportAbandoned(on: host)
        await onReturn(host.name, [.unreachable, .down].contains(known.state))
    }

    private func compare(_ host: Host) async throws(Refusal) {
        let machines = try await store.fleet().machines(on: host.name)
        guard !machines.isEmpty else { return }
        let observed = try await hypervisor.machines(on: host)
        let states = Dictionary(observed.map { ($0.id, $0.state) }) { first, _ in first }
        for machine in machines {
            let state = states[machine.id]
            let before = attended[host.name]?.observed[machine.id]
            attended[host.name]?.observed[machine.id] = .some(state)
            // Without an earlier observation, the desired state is the expected one.
            let ran = before.map { $0?.isActive ?? false } ?? (machine.asked != .off)
            let wasThere = before.map { $0 != nil } ?? true
            if ran, state?.isActive != true { await doubt(linksOf: machine) }
            if state == nil, wasThere {
                await note([await whereabouts(of: machine, gone: host)])
            } else if let state, ran != state.isActive {
                let words =
                    "machine '\(machine.name)' is \(state.rawValue); its desired state is \(machine.asked.rawValue)"
                await note([
                    HostEvent(
                        state.isActive ? .machineStarted : .machineStopped, host: host.name, machine: machine.name,
                        words: words, time: now())
                ])
            }
        }
    }

    /// The event for a machine that is missing on its host: it may have been moved to another of our hosts.
    private func whereabouts(of machine: Machine, gone host: Host) async -> HostEvent {
        let others = ((try? await store.fleet().hosts) ?? []).filter { $0.name != host.name }
        for other in others where attended[other.name]?.condition.state == .up {
            guard let there = try? await hypervisor.machines(on: other), there.contains(where: { $0.id == machine.id })
            else { continue }
            return Self.moved(machine, from: host.name, to: other.name, now())
        }
        return HostEvent(
            .machineGone, host: host.name, machine: machine.name,
            words: "machine '\(machine.name)' is not on its host any more", time: now())
    }

    private static func moved(_ machine: Machine, from host: String, to other: String, _ time: Date) -> HostEvent {
        HostEvent(
            .machineMoved, host: host, machine: machine.name,
            words: "machine '\(machine.name)' is on host \(other) now, not on \(host)", time: time)
    }

    private func changed(_ id: MachineID, _ change: MachineChange, on host: Host) async {
        guard let fleet = try? await store.fleet() else { return }
        forget(otherThan: fleet, on: host.name)
        guard let machine = fleet.machine(id) else {
            if fleet.abandoned.contains(where: { $0.id == id.text }) { await reportAbandoned(on: host) }
            return
        }
        guard machine.host == host.name else {
            // The machine has left a host on which it was observed before.
            if change == .undefined, attended[host.name]?.observed.removeValue(forKey: id) != nil {
                await note([Self.moved(machine, from: host.name, to: machine.host, now())])
            }
            return
        }
        let kind: HostEvent.Kind
        switch change {
        case .started: kind = .machineStarted
        case .stopped: kind = .machineStopped
        case .crashed: kind = .machineCrashed
        case .paused: kind = .machinePaused
        case .resumed:
            // Every start ends with this event as well.
            guard attended[host.name]?.observed[id] == .paused else { return }
            kind = .machineResumed
        case .undefined: kind = .machineGone
        case .movedAway:
            guard await !isMoving(id) else { return }
            kind = .machineGone
        case .defined, .arriving, .other: return
        }
        attended[host.name]?.observed[id] = .some(Self.state(after: change))
        if Self.state(after: change) != .running { await doubt(linksOf: machine) }
        let event =
            kind == .machineGone
            ? await whereabouts(of: machine, gone: host)
            : HostEvent(
                kind, host: host.name, machine: machine.name, words: "machine '\(machine.name)' \(change.rawValue)",
                time: now())
        await note([event])
    }

    /// Drops the observed states of machines that do not exist any more. Not at each removal, since it reads all
    /// machines.
    private func forget(otherThan fleet: Fleet, on name: String) {
        let most = max(Self.minimumKept, 2 * fleet.machineCount)
        guard let observed = attended[name]?.observed, observed.count > most else { return }
        let known = Set(fleet.machines.map(\.id))
        attended[name]?.observed = observed.filter { known.contains($0.key) }
    }

    private static let minimumKept = 32

    /// The number of machines of a host whose last observed state is kept.
    func observedCount(on name: String) -> Int { attended[name]?.observed.count ?? 0 }

    /// Whether a machine was paused on its host when it was last observed.
    func isPaused(_ id: MachineID, on name: String) -> Bool { attended[name]?.observed[id] == .paused }

    /// Whether an operation of ours is moving the machine: then the operation reports the outcome.
    func isMoving(_ id: MachineID) async -> Bool {
        ((try? await store.unfinished()) ?? []).contains { $0.isInProgress && $0.moving.contains(id) }
    }

    /// The state of a machine after an event; `nil` if the host does not have the machine any more.
    private static func state(after change: MachineChange) -> ObservedMachine.State? {
        switch change {
        case .stopped, .movedAway: .shutOff
        case .crashed: .crashed
        case .paused: .paused
        case .undefined: nil
        case .started, .resumed, .defined, .arriving, .other: .running
        }
    }

    /// Records events; a failure is logged and does not end the watch.
    func note(_ list: [HostEvent]) async {
        do {
            try await events.note(list)
        } catch {
            log.error("an event could not be recorded: \(error.reason)")
        }
    }
}

extension HostWatch: Service {
    /// Attends all hosts until the server's end.
    package func run() async throws {
        do {
            for host in try await store.fleet().hosts { attend(host) }
        } catch let refusal {
            log.error("the hosts could not be read: \(refusal.reason)")
        }
        try? await gracefulShutdown()
        for name in attended.keys { leave(name) }
    }
}
