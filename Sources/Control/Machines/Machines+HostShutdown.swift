package import FoundationEssentials
internal import Logging
package import Model
internal import Workers

extension Machines {
    /// A host that was shut down, and what became of its machines.
    package struct HostShut: Sendable {
        package var host: String
        /// Since when it is down on purpose.
        package var since: Date
        /// `nil` when it was down already.
        package var operation: OperationID?
        /// Machines of ours that were on it, by name.
        package var machines: [Left] = []
    }

    /// A machine of a host that was shut down.
    package struct Left: Sendable {
        package enum Became: Sendable {
            case moved(Evacuated)
            case stopped(OperationID)
            /// It did not run, and is where it was.
            case off
        }

        package var machine: Machine
        package var became: Became
    }

    /// What to do with machines that run on a host which is to be shut down.
    package struct EvacuationOptions: Sendable {
        package var fate: HostShutdown.Fate
        package var isLive = true
        package var limits = MoveLimits()
        /// How many move, or stop, at the same time.
        package var atOnce = 1
        /// How long each may take to stop.
        package var seconds = 60

        package init(_ fate: HostShutdown.Fate) { self.fate = fate }
    }

    /// Shuts a host down and waits until it is gone; one that was shut down before stays so.
    ///
    /// It takes no new machines from the moment when nothing stands in the way any more. When it stays up after all, it
    /// takes them as before; machines that were moved or stopped by then are not moved back or started. A caller who goes
    /// away ends nothing.
    ///
    /// - Throws: before anything is touched, `hostInUse` while machines run there that stand in the way, or an operation
    ///   uses the host, `notOffered`, `hostUnreachable`; `hostInUse` when machines stay there, `shutdownFailed` when the
    ///   host does.
    package func shutDown(_ host: String, _ emptying: EvacuationOptions) async throws(Refusal) -> HostShut {
        try emptying.check()
        let host = try await with.store.fleet().host(host)
        return try await uncancelled { () async throws(Refusal) in
            do throws(Refusal) {
                return try await shutDown(host, emptying)
            } catch {
                throw error.at(host: host.name)
            }
        }
    }

    private func shutDown(_ host: Host, _ emptying: EvacuationOptions) async throws(Refusal) -> HostShut {
        try await checkUnused(host)
        if let mark = host.shutDown { return HostShut(host: host.name, since: mark.since) }
        let boot = try await with.hypervisor.boot(of: host)
        try await look(at: host).check(emptying.fate)
        let kept = try await with.setMaintenance(true, of: host)
        let wasOpen = host.maintenance == nil
        do throws(Refusal) {
            let machines = try await empty(kept, emptying)
            let plan = HostShutdown.plan(of: kept, boot: boot, liftsMaintenance: wasOpen, now: with.now())
            let operation = OperationID(with.newID())
            _ = try await with.operations.run(plan, as: operation)
            let since = await with.watch.wentDown(host.name)
            return HostShut(
                host: host.name, since: since ?? with.now(), operation: operation, machines: machines)
        } catch {
            if wasOpen { await reopen(kept) }
            throw error
        }
    }

    /// What the store cannot record now is in the log; the host is in maintenance then, for everybody to see.
    private func reopen(_ host: Host) async {
        do throws(Refusal) {
            _ = try await with.setMaintenance(false, of: host)
        } catch {
            with.log.error("maintenance was not put back: \(error.reason)", metadata: ["host": "\(host.name)"])
        }
    }

    private func checkUnused(_ host: Host) async throws(Refusal) {
        let unfinished = try await with.store.unfinished()
        guard let user = unfinished.first(where: { $0.hostNames.contains(host.name) }) else { return }
        throw HostShutdown.refusal(of: host.name, usedBy: user)
    }

    private func look(at host: Host) async throws(Refusal) -> HostShutdown {
        let observed = try await with.hypervisor.machines(on: host)
        return HostShutdown(of: host, fleet: try await with.store.fleet(), observed: observed)
    }

    /// - Throws: `hostInUse` when a machine runs there at the end.
    private func empty(_ host: Host, _ emptying: EvacuationOptions) async throws(Refusal) -> [Left] {
        let before = try await look(at: host)
        let running = Set(before.running.map(\.id))
        var left = before.ours.filter { !running.contains($0.id) }.map { Left(machine: $0, became: .off) }
        var kept: [MachineID: Refusal] = [:]
        switch emptying.fate {
        case .refuse: break
        case .evacuate:
            let told = try await evacuate(
                host.name, isLive: emptying.isLive, within: emptying.limits, atOnce: emptying.atOnce, isDry: false)
            for each in told where running.contains(each.move.machine.id) {
                kept[each.move.machine.id] = each.refusal
                if each.moved != nil { left.append(Left(machine: each.move.machine, became: .moved(each))) }
            }
        case .stop:
            for (machine, result) in await stop(before.running, on: host, emptying) {
                switch result {
                case .success(let operation): left.append(Left(machine: machine, became: .stopped(operation)))
                case .failure(let refusal): kept[machine.id] = refusal
                }
            }
        }
        let gone = left.filter { running.contains($0.machine.id) }.map(\.machine.name).sorted()
        try await look(at: host).checkEmpty(kept: kept, gone: gone)
        return left.sorted { $0.machine.name < $1.machine.name }
    }

    private func stop(
        _ machines: [Machine], on host: Host, _ emptying: EvacuationOptions
    ) async -> [(Machine, Result<OperationID, Refusal>)] {
        let stopped = await outcomes(over: machines, atMost: emptying.atOnce) { (machine) async throws(Refusal) in
            try await shutdown(machine.name, on: host.name, seconds: emptying.seconds, waits: true).operation
        }
        return Array(zip(machines, stopped))
    }
}

extension Machines.EvacuationOptions {
    /// - Throws: `invalidValue` for limits that contradict each other, or that nothing is there to keep.
    fileprivate func check() throws(Refusal) {
        try limits.check(isLive: isLive)
        guard fate == .evacuate || limits == MoveLimits() else {
            throw Refusal(
                .invalidValue, .machines,
                "\(.machines) is '\(fate.rawValue)': nothing moves, so that bandwidth, \(.downtime), deadline and "
                    + "\(.gap) limit nothing; leave them out, or take 'evacuate'", value: fate.rawValue)
        }
    }
}
