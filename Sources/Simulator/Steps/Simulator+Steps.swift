package import Control
package import Model
internal import Synchronization

extension Simulator {
    package func perform(
        _ step: Step, of operation: OperationID, on host: Host, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        let number = state.withLock { state in
            state.performed[host.name, default: 0] += 1
            return state.performed[host.name] ?? 0
        }
        try await injectFault(.perform, number, .before, host)
        if case .moveMachine(let move) = step { beginArrival(of: move.machine, on: move.destination.name) }
        defer { if case .moveMachine(let move) = step { endArrival(of: move.machine, on: move.destination.name) } }
        try await simulateDuration(of: step, on: host, progress)
        if case .powerOff(let boot, _) = step {
            switchOff(host.name, boot)
            try await injectFault(.perform, number, .after, host)
            return StepOutcome()
        }
        var outcome = try change(host) { (host) throws(Refusal) in try host.perform(step) }
        if case .sendImage = step { state.withLock { $0.transfers += 1 } }
        if case .moveMachine(let move) = step {
            try self.move(move)
            // Chosen, like all figures of the simulated pace: 50 packets per second for 5 s.
            let isTimed = pace != nil
            outcome.losses = move.flows.map {
                MoveLoss(
                    link: $0.link, host: $0.host.name, packetsSent: isTimed ? 250 : 1, packetsLost: isTimed ? 10 : 0,
                    longestGapMilliseconds: isTimed ? 249 : 0)
            }
            if isTimed { outcome.downtimeMilliseconds = 200 }
        }
        try prove(step)
        try await injectFault(.perform, number, .after, host)
        return outcome
    }

    package func undo(_ step: Step, of operation: OperationID, on host: Host) async throws(Refusal) {
        let number = state.withLock { state in
            state.undone[host.name, default: 0] += 1
            return state.undone[host.name] ?? 0
        }
        try await injectFault(.undo, number, .before, host)
        try change(host) { (host) throws(Refusal) in host.undo(step) }
        if case .moveMachine(let move) = step { try self.undoMove(move) }
        try await injectFault(.undo, number, .after, host)
    }

    private func injectFault(
        _ call: Fault.Call, _ number: Int, _ moment: Fault.Moment, _ host: Host
    ) async throws(Refusal) {
        let fault = state.withLock { state in
            state.faults.first { fault in
                fault.host == host.name && fault.call == call && fault.moment == moment
                    && (fault.number..<fault.number + fault.times).contains(number)
            }
        }
        switch fault?.kind {
        case nil: return
        case .refuse(let refusal)?: throw refusal
        case .hang?:
            // Ends only when the task is cancelled.
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
            throw Refusal(.cancelled, "the call was cancelled")
        }
    }

    /// Applies a step to a host as one atomic change, and emits the events that follow from it.
    private func change<Value: Sendable>(
        _ host: Host, _ body: (inout SimulatedHost) throws(Refusal) -> Value
    ) throws(Refusal) -> Value {
        _ = try answering(host)
        let (result, signals): (Result<Value, Refusal>, [HostSignal]) = state.withLock { state in
            let before = state.isLive ? state.hosts[host.name]?.summaries : nil
            // Removed from the dictionary, so that the host is changed in place and not copied.
            var simulated = state.hosts.removeValue(forKey: host.name) ?? SimulatedHost()
            defer {
                state.hosts[host.name] = simulated
                state.copyStorage(of: host.name)
            }
            do throws(Refusal) {
                let value = try body(&simulated)
                let signals = before.map { Self.changes(from: $0, to: simulated.summaries, movedAway: nil) }
                return (.success(value), signals ?? [])
            } catch {
                return (.failure(error), [])
            }
        }
        for signal in signals { emit(host.name, signal) }
        endConsoles(on: host.name)
        return try result.get()
    }
}

extension SimulatedHost {
    /// Does the part of a step that concerns this host alone.
    fileprivate mutating func perform(_ step: Step) throws(Refusal) -> StepOutcome {
        switch step {
        case .sendImage(let send): return try self.send(send)
        case .sweepImages(let copies): return prune(copies)
        case .createDisk(let disk): create(disk)
        case .writeSeed(let seed): write(seed)
        case .checkAddressFree(let probe): try checkFree(probe)
        case .defineMachine(let spec): try define(spec)
        case .startMachine(let machine), .restoreMachine(let machine): try start(machine)
        case .dropSavedMemory(let machine): dropSavedMemory(of: machine)
        case .pauseMachine(let machine): try pause(machine)
        case .resumeMachine(let machine): try resume(machine)
        case .proveAddress(let probe): try prove(probe)
        case .proveStack(let probe): try prove(probe)
        case .shutdownMachine(let machine, _), .stopMachine(let machine): stop(machine)
        case .undefineMachine(let machine): undefine(machine)
        case .removeVolume(let volume): remove(volume)
        case .setScheduler(let machine, let values, _): setScheduler(values, of: machine)
        case .markMachine(let machine, let mark): self.mark(machine, mark)
        case .makeSegment(let segment): try make(segment)
        case .removeSegment(let segment): remove(segment)
        case .reshapeSegment(let reshape): self.reshape(reshape)
        case .rebuildMachine(let rebuild): self.rebuild(rebuild)
        case .parkMachine(let machine): park(machine)
        case .checkIdle: try checkIdle()
        case .moveMachine, .proveLink, .proveReach: break  // concerns several hosts
        case .powerOff: break  // concerns the host's power
        }
        return StepOutcome()
    }

    /// Undoes the part of a step that concerns this host alone.
    fileprivate mutating func undo(_ step: Step) {
        switch step {
        case .sendImage(let send): undoSend(send)
        case .createDisk(let disk): undoCreate(disk)
        case .writeSeed(let seed): undoWrite(seed)
        case .defineMachine(let spec): undoDefine(spec)
        case .startMachine(let machine): undoStart(machine)
        case .restoreMachine(let machine): undoRestore(machine)
        case .pauseMachine(let machine): undoPause(machine)
        case .resumeMachine(let machine): undoResume(machine)
        case .setScheduler(let machine, _, let previous): undoSetScheduler(previous, of: machine)
        case .markMachine(let machine, _): undoMark(machine)
        case .makeSegment(let segment): undoMake(segment)
        case .reshapeSegment(let reshape): undoReshape(reshape)
        case .rebuildMachine(let rebuild): undoRebuild(rebuild)
        case .parkMachine(let machine): undoPark(machine)
        case .moveMachine, .removeSegment, .proveLink, .proveReach: break
        case .checkAddressFree, .proveAddress, .proveStack, .shutdownMachine, .stopMachine, .undefineMachine,
            .removeVolume, .sweepImages, .dropSavedMemory, .checkIdle, .powerOff:
            break
        }
    }
}
