package import Control
package import Model
internal import Synchronization

extension Simulator {
    package func perform(
        _ step: Step, of operation: OperationID, on node: Node, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        let number = state.withLock { state in
            state.performed[node.name, default: 0] += 1
            return state.performed[node.name] ?? 0
        }
        try await strike(.perform, number, .before, node)
        try await pass(step, on: node, progress)
        if case .powerOff(let boot, _) = step {
            switchOff(node.name, boot)
            try await strike(.perform, number, .after, node)
            return StepOutcome()
        }
        var outcome = try change(node) { (host) throws(Refusal) in try Self.perform(step, on: &host) }
        if case .sendImage = step { state.withLock { $0.transfers += 1 } }
        if case .moveMachine(let move) = step {
            try self.move(move)
            // As many as were seen to be lost of a machine that moves live, at 50 packets a second: docs/migration.md.
            let isTimed = pace != nil
            outcome.losses = move.flows.map {
                MoveLoss(
                    link: $0.link, node: $0.node.name, packetsSent: isTimed ? 250 : 1, packetsLost: isTimed ? 10 : 0,
                    longestGapMilliseconds: isTimed ? 249 : 0)
            }
            if isTimed { outcome.downtimeMilliseconds = 200 }
        }
        try prove(step)
        try await strike(.perform, number, .after, node)
        return outcome
    }

    package func undo(_ step: Step, of operation: OperationID, on node: Node) async throws(Refusal) {
        let number = state.withLock { state in
            state.undone[node.name, default: 0] += 1
            return state.undone[node.name] ?? 0
        }
        try await strike(.undo, number, .before, node)
        try change(node) { (host) throws(Refusal) in Self.undo(step, on: &host) }
        if case .moveMachine(let move) = step { try self.moveBack(move) }
        try await strike(.undo, number, .after, node)
    }

    private func strike(
        _ call: Fault.Call, _ number: Int, _ moment: Fault.Moment, _ node: Node
    ) async throws(Refusal) {
        let fault = state.withLock { state in
            state.faults.first { fault in
                fault.host == node.name && fault.call == call && fault.moment == moment
                    && (fault.number..<fault.number + fault.times).contains(number)
            }
        }
        switch fault?.kind {
        case nil: return
        case .refuse(let refusal)?: throw refusal
        case .hang?:
            // Ends when the task is cancelled, and only then.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
            throw Refusal(.cancelled, "the call was cancelled")
        }
    }

    /// One step is one change: whole, or not at all.
    private func change<Value: Sendable>(
        _ node: Node, _ body: (inout SimulatedHost) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        _ = try answering(node)
        let (result, signals): (Result<Value, Refusal>, [HostSignal]) = state.withLock { state in
            let before = state.isLive ? state.hosts[node.name] : nil
            // Taken out, so that it is changed where it is and not in a copy.
            var host = state.hosts.removeValue(forKey: node.name) ?? SimulatedHost()
            defer {
                state.hosts[node.name] = host
                state.spread(node.name)
            }
            do throws(Refusal) {
                let value = try body(&host)
                return (.success(value), before.map { Self.changes(from: $0, to: host, movedAway: nil) } ?? [])
            } catch {
                return (.failure(error), [])
            }
        }
        for signal in signals { tell(node.name, signal) }
        return try result.get()
    }

    private static func perform(_ step: Step, on host: inout SimulatedHost) throws(Refusal) -> StepOutcome {
        switch step {
        case .sendImage(let send):
            guard host.volumes.contains(send.volume) || send.file.size <= host.available else {
                throw Refusal(.storageFull, "the host has no room left")
            }
            host.volumes.insert(send.volume)
            host.sizes[send.volume] = send.file.size
            return StepOutcome(sentBytes: send.file.size)
        case .sweepImages(let copies):
            var outcome = StepOutcome()
            (outcome.swept, outcome.kept) = host.sweep(copies)
            return outcome
        case .createDisk(let disk):
            host.volumes.insert(disk.volume)
            host.backing[disk.volume] = disk.backing?.path
            host.capacities[disk.volume] = disk.capacity
        case .writeSeed(let seed): host.volumes.insert(seed.volume)
        case .checkAddressFree(let probe):
            guard !host.answers(probe.mac) else { throw Refusal(.addressTaken, "vmIP is '\(probe.address)': taken") }
        case .defineMachine(let spec): try define(spec, on: &host)
        case .startMachine(let machine), .restoreMachine(let machine):
            guard let spec = host.domains[machine.id]?.spec else {
                throw Refusal(.machineNotFound, "the host has no such machine")
            }
            let files = host.files
            if let lacking = spec.disks.first(where: { !files.contains($0.path) }) {
                throw Refusal(.hypervisorFailed, "cannot open '\(lacking.path)'")
            }
            host.domains[machine.id]?.start()
        case .dropSavedMemory(let machine): host.domains[machine.id]?.saved = nil
        case .pauseMachine(let machine): try stand(machine, isPaused: true, on: &host)
        case .resumeMachine(let machine): try stand(machine, isPaused: false, on: &host)
        case .proveAddress(let probe):
            guard host.answers(probe.mac) else {
                throw Refusal(.proofFailed, "machine '\(probe.machine.name)' did not answer")
            }
        case .proveStack(let probe):
            guard host.answers(probe.mac) else {
                throw Refusal(.proofFailed, "machine '\(probe.machine.name)' sends no \(probe.probe.protocolName)")
            }
        case .shutdownMachine(let machine, _), .stopMachine(let machine): host.domains[machine.id]?.isRunning = false
        case .undefineMachine(let machine): host.domains[machine.id] = nil
        case .removeVolume(let volume): host.remove(volume)
        case .setScheduler(let machine, let values, _): host.domains[machine.id]?.scheduler.merge(values) { $1 }
        case .markMachine(let machine, let mark): host.domains[machine.id]?.mark = mark
        case .makeSegment(let segment):
            guard host.segments[segment.name] != nil || !host.hiddenVNIs.contains(segment.vni) else {
                throw Refusal(.segmentTaken, "VXLAN \(segment.vni) is used there")
            }
            host.segments[segment.name] = segment
        case .removeSegment(let segment): host.segments[segment.name] = nil
        case .reshapeSegment(let reshape): host.segments[reshape.to.name] = reshape.to
        case .rebuildMachine(let rebuild): build(rebuild, on: &host)
        case .parkMachine(let machine): host.domains[machine.id]?.isRunning = false
        case .checkIdle:
            if let domain = host.domains.values.first(where: \.isRunning) {
                throw Refusal(.nodeInUse, "machine '\(domain.name)' runs there")
            }
        case .moveMachine, .proveLink, .proveReach: break  // concerns several hosts
        case .powerOff: break  // done above
        }
        return StepOutcome()
    }

    private static func define(_ spec: DomainSpec, on host: inout SimulatedHost) throws(Refusal) {
        if host.domains.contains(where: { $0 != spec.id && $1.name == spec.name }) {
            throw Refusal(.machineNameTaken, "vmName is '\(spec.name)': taken")
        }
        guard host.domains[spec.id] == nil else { return }
        host.domains[spec.id] = .init(name: spec.name, isRunning: false, spec: spec, mark: spec.mark)
    }

    private static func stand(
        _ machine: MachineReference, isPaused: Bool, on host: inout SimulatedHost
    ) throws(Refusal) {
        guard host.domains[machine.id]?.isRunning == true else {
            throw Refusal(.machineNotRunning, "machine '\(machine.name)' does not run")
        }
        host.domains[machine.id]?.isPaused = isPaused
    }

    private static func build(_ rebuild: RebuildMachine, on host: inout SimulatedHost) {
        let spec = rebuild.spec
        if let volume = rebuild.disk?.volume { host.volumes.insert(volume) }
        if let volume = rebuild.shape.seed?.volume { host.volumes.insert(volume) }
        var domain = host.domains[spec.id] ?? .init(name: spec.name, isRunning: false, spec: spec, mark: spec.mark)
        domain.spec = spec
        domain.isPersistent = true
        if rebuild.restarts {
            domain.isRunning = false
            (domain.name, domain.saved) = (spec.name, nil)
            domain.start()
        }
        domain.scheduler.merge(rebuild.shape.scheduler ?? [:]) { $1 }
        host.domains[spec.id] = domain
    }

    private static func undo(_ step: Step, on host: inout SimulatedHost) {
        switch step {
        case .sendImage(let send): host.remove(send.volume)
        case .createDisk(let disk): host.remove(disk.volume)
        case .writeSeed(let seed): host.remove(seed.volume)
        case .defineMachine(let spec): host.domains[spec.id] = nil
        case .startMachine(let machine): host.domains[machine.id]?.isRunning = false
        case .restoreMachine(let machine):
            guard let domain = host.domains[machine.id], domain.isRunning else { return }
            host.domains[machine.id]?.saved = domain.live ?? domain.spec
            host.domains[machine.id]?.isRunning = false
        case .pauseMachine(let machine): host.domains[machine.id]?.isPaused = false
        case .resumeMachine(let machine):
            if host.domains[machine.id]?.isRunning == true { host.domains[machine.id]?.isPaused = true }
        case .setScheduler(let machine, _, let previous): host.domains[machine.id]?.scheduler.merge(previous) { $1 }
        case .markMachine(let machine, _): host.domains[machine.id]?.mark = nil
        case .makeSegment(let segment): host.segments[segment.name] = nil
        case .reshapeSegment(let reshape): host.segments[reshape.from.name] = reshape.from
        case .rebuildMachine(let rebuild): host.domains[rebuild.spec.id]?.spec = rebuild.before?.spec ?? rebuild.spec
        case .parkMachine(let machine): host.domains[machine.id]?.isRunning = true
        case .moveMachine, .removeSegment, .proveLink, .proveReach: break
        case .checkAddressFree, .proveAddress, .proveStack, .shutdownMachine, .stopMachine, .undefineMachine,
            .removeVolume, .sweepImages, .dropSavedMemory, .checkIdle, .powerOff:
            break
        }
    }
}
