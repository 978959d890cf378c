package import FoundationEssentials
internal import Logging
package import Model

extension Machines {
    /// A host that was shut down, and what became of its machines.
    package struct HostShut: Sendable {
        package var node: String
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
    package struct Emptying: Sendable {
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
    /// - Throws: before anything is touched, `nodeInUse` while machines run there that stand in the way, or an operation
    ///   uses the host, `notOffered`, `nodeUnreachable`; `nodeInUse` when machines stay there, `shutdownFailed` when the
    ///   host does.
    package func shutDown(_ host: String, _ emptying: Emptying) async throws(Refusal) -> HostShut {
        try emptying.check()
        let node = try await with.store.fleet().node(host)
        let work = Task { () async -> Result<HostShut, Refusal> in
            do throws(Refusal) {
                return .success(try await shutDown(node, emptying))
            } catch {
                return .failure(error.at(node: node.name))
            }
        }
        return try await work.value.get()
    }

    private func shutDown(_ node: Node, _ emptying: Emptying) async throws(Refusal) -> HostShut {
        try await checkUnused(node)
        if let mark = node.shutDown { return HostShut(node: node.name, since: mark.since) }
        let boot = try await with.hypervisor.boot(of: node)
        try await look(at: node).check(emptying.fate)
        let kept = try await with.setMaintenance(true, of: node)
        let wasOpen = node.maintenance == nil
        do throws(Refusal) {
            let machines = try await empty(kept, emptying)
            let plan = HostShutdown.plan(of: kept, boot: boot, liftsMaintenance: wasOpen, now: with.now())
            let operation = OperationID(with.newID())
            try await with.operations.begin(plan, as: operation)
            _ = try await with.operations.outcome(of: operation)
            let since = await with.watch.wentDown(node.name)
            return HostShut(
                node: node.name, since: since ?? with.now(), operation: operation, machines: machines)
        } catch {
            if wasOpen { await reopen(kept) }
            throw error
        }
    }

    /// What the store cannot record now is in the log; the host is in maintenance then, for everybody to see.
    private func reopen(_ node: Node) async {
        do throws(Refusal) {
            _ = try await with.setMaintenance(false, of: node)
        } catch {
            with.log.error("maintenance was not put back: \(error.reason)", metadata: ["node": "\(node.name)"])
        }
    }

    private func checkUnused(_ node: Node) async throws(Refusal) {
        let unfinished = try await with.store.unfinished()
        guard let user = unfinished.first(where: { $0.nodeNames.contains(node.name) }) else { return }
        throw HostShutdown.refusal(of: node.name, usedBy: user)
    }

    private func look(at node: Node) async throws(Refusal) -> HostShutdown {
        let observed = try await with.hypervisor.machines(on: node)
        return HostShutdown(of: node, fleet: try await with.store.fleet(), observed: observed)
    }

    /// - Throws: `nodeInUse` when a machine runs there at the end.
    private func empty(_ node: Node, _ emptying: Emptying) async throws(Refusal) -> [Left] {
        let before = try await look(at: node)
        let running = Set(before.running.map(\.id))
        var left = before.ours.filter { !running.contains($0.id) }.map { Left(machine: $0, became: .off) }
        var kept: [MachineID: Refusal] = [:]
        switch emptying.fate {
        case .refuse: break
        case .evacuate:
            let told = try await evacuate(
                node.name, isLive: emptying.isLive, within: emptying.limits, atOnce: emptying.atOnce, isDry: false)
            for each in told where running.contains(each.move.machine.id) {
                kept[each.move.machine.id] = each.refusal
                if each.moved != nil { left.append(Left(machine: each.move.machine, became: .moved(each))) }
            }
        case .stop:
            for (machine, result) in await stop(before.running, on: node, emptying) {
                switch result {
                case .success(let operation): left.append(Left(machine: machine, became: .stopped(operation)))
                case .failure(let refusal): kept[machine.id] = refusal
                }
            }
        }
        let gone = left.filter { running.contains($0.machine.id) }.map(\.machine.name).sorted()
        try await look(at: node).checkEmpty(kept: kept, gone: gone)
        return left.sorted { $0.machine.name < $1.machine.name }
    }

    private func stop(
        _ machines: [Machine], on node: Node, _ emptying: Emptying
    ) async -> [(Machine, Result<OperationID, Refusal>)] {
        var told: [(Machine, Result<OperationID, Refusal>)] = []
        for first in stride(from: 0, to: machines.count, by: max(1, emptying.atOnce)) {
            let few = machines[first...].prefix(max(1, emptying.atOnce))
            let tasks = few.map { machine in (machine, Task { await stopped(machine, on: node, emptying.seconds) }) }
            for (machine, task) in tasks { told.append((machine, await task.value)) }
        }
        return told
    }

    private func stopped(
        _ machine: Machine, on node: Node, _ seconds: Int
    ) async -> Result<OperationID, Refusal> {
        do throws(Refusal) {
            return .success(try await shutdown(machine.name, on: node.name, seconds: seconds, waits: true).operation)
        } catch {
            return .failure(error)
        }
    }
}

extension Machines.Emptying {
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
