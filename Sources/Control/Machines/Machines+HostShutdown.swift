package import FoundationEssentials
internal import Logging
package import Model
internal import Workers

extension Machines {
    /// The result of a host's shutdown, with the fate of its machines.
    package struct HostShutdownResult: Sendable {
        package var host: String
        /// When the host was shut down on purpose.
        package var since: Date
        /// `nil` if the host was shut down before.
        package var operation: OperationID?
        /// Machines of ours that were on the host, sorted by name.
        package var machines: [Left] = []
    }

    /// A machine of a host that was shut down, and its fate.
    package struct Left: Sendable {
        package enum Became: Sendable {
            case moved(Evacuated)
            case stopped(OperationID)
            /// The machine did not run, and stays where it is.
            case off
        }

        package var machine: Machine
        package var became: Became
    }

    /// How to treat the running machines of a host before its shutdown.
    package struct EvacuationOptions: Sendable {
        package var fate: HostShutdown.Fate
        package var isLive = true
        package var limits = MoveLimits()
        /// How many machines move, or stop, concurrently.
        package var atOnce = 1
        /// How long each machine may take to stop, in seconds.
        package var seconds = 60

        package init(_ fate: HostShutdown.Fate) { self.fate = fate }
    }

    /// Shuts a host down and waits until it is gone; a host that was shut down before stays so.
    ///
    /// The host accepts no new machines once all checks have passed. If the host stays up, it accepts them again;
    /// machines that were already moved or stopped are neither moved back nor started. The shutdown continues if the
    /// caller stops waiting.
    ///
    /// - Throws: before any change, `hostInUse` if running machines prevent the shutdown or an operation uses the host,
    ///   `notOffered`, `hostUnreachable`; later, `hostInUse` if machines remain on the host, `shutdownFailed` if the
    ///   host stays up.
    package func shutDown(_ host: String, _ options: EvacuationOptions) async throws(Refusal) -> HostShutdownResult {
        try options.check()
        let host = try await with.store.fleet().host(host)
        return try await uncancelled { () async throws(Refusal) in
            do throws(Refusal) {
                return try await shutDown(host, options)
            } catch {
                throw error.at(host: host.name)
            }
        }
    }

    private func shutDown(_ host: Host, _ options: EvacuationOptions) async throws(Refusal) -> HostShutdownResult {
        try await checkUnused(host)
        if let mark = host.shutDown { return HostShutdownResult(host: host.name, since: mark.since) }
        let boot = try await with.hypervisor.boot(of: host)
        try await look(at: host).check(options.fate)
        let closed = try await with.setMaintenance(true, of: host)
        let wasOpen = host.maintenance == nil
        do throws(Refusal) {
            let machines = try await empty(closed, options)
            let plan = HostShutdown.plan(of: closed, boot: boot, liftsMaintenance: wasOpen, now: with.now())
            let operation = OperationID(with.newID())
            _ = try await with.operations.run(plan, as: operation)
            let since = await with.watch.wentDown(host.name)
            return HostShutdownResult(
                host: host.name, since: since ?? with.now(), operation: operation, machines: machines)
        } catch {
            if wasOpen { await reopen(closed) }
            throw error
        }
    }

    /// Ends the maintenance. If the store fails, the failure is logged, and the host visibly stays in maintenance.
    private func reopen(_ host: Host) async {
        do throws(Refusal) {
            _ = try await with.setMaintenance(false, of: host)
        } catch {
            with.log.error("maintenance could not be ended: \(error.reason)", metadata: ["host": "\(host.name)"])
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

    /// Moves or stops the running machines.
    ///
    /// - Throws: `hostInUse` if a machine still runs on the host afterwards.
    private func empty(_ host: Host, _ options: EvacuationOptions) async throws(Refusal) -> [Left] {
        let before = try await look(at: host)
        let running = Set(before.running.map(\.id))
        var left = before.ours.filter { !running.contains($0.id) }.map { Left(machine: $0, became: .off) }
        var failures: [MachineID: Refusal] = [:]
        switch options.fate {
        case .refuse: break
        case .evacuate:
            let results = try await evacuate(
                host.name, isLive: options.isLive, within: options.limits, atOnce: options.atOnce, isDry: false)
            for each in results where running.contains(each.move.machine.id) {
                failures[each.move.machine.id] = each.refusal
                if each.moved != nil { left.append(Left(machine: each.move.machine, became: .moved(each))) }
            }
        case .stop:
            for (machine, result) in await stop(before.running, on: host, options) {
                switch result {
                case .success(let operation): left.append(Left(machine: machine, became: .stopped(operation)))
                case .failure(let refusal): failures[machine.id] = refusal
                }
            }
        }
        let cleared = left.filter { running.contains($0.machine.id) }.map(\.machine.name).sorted()
        try await look(at: host).checkEmpty(kept: failures, gone: cleared)
        return left.sorted { $0.machine.name < $1.machine.name }
    }

    private func stop(
        _ machines: [Machine], on host: Host, _ options: EvacuationOptions
    ) async -> [(Machine, Result<OperationID, Refusal>)] {
        let stopped = await outcomes(over: machines, atMost: options.atOnce) { (machine) async throws(Refusal) in
            try await shutdown(machine.name, on: host.name, seconds: options.seconds, waits: true).operation
        }
        return Array(zip(machines, stopped))
    }
}

extension Machines.EvacuationOptions {
    /// - Throws: `invalidValue` for limits that contradict each other, or for limits although no machine would move.
    fileprivate func check() throws(Refusal) {
        try limits.check(isLive: isLive)
        guard fate == .evacuate || limits == MoveLimits() else {
            throw Refusal(
                .invalidValue, .machines,
                "\(.machines) is '\(fate.rawValue)': no machine moves, so that bandwidth, \(.downtime), deadline and "
                    + "\(.gap) have no effect; omit them, or use 'evacuate'", value: fate.rawValue)
        }
    }
}
