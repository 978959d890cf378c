package import Control
internal import Libvirt
package import Model

/// A host on which a step is performed or undone. The code that performs a step and the code that undoes it are next to
/// each other, in files with the same names as those of `Model/Plans/Steps`.
struct StepHost: Sendable {
    let hosts: LibvirtHosts
    let session: HostSession
    let opened: HostSession.Opened

    var connection: Connection { opened.connection }

    /// The connection for writing to volumes.
    func streams() async throws -> Connection { try await session.streams(patience: hosts.access.patience) }

    /// Runs `body`. If the machine does not exist, there is nothing to do.
    func ifExists(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch LibvirtError.Code.noDomain {
            return
        }
    }
}

extension LibvirtHosts {
    package nonisolated func perform(
        _ step: Step, of operation: OperationID, on host: Host, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        if case .powerOff(let boot, let seconds) = step {
            try await powerOff(host, boot, seconds: seconds)
            return StepOutcome()
        }
        let session = await session(host)
        return try await with(host) { opened in
            try await StepHost(hosts: self, session: session, opened: opened).perform(step, progress)
        }
    }

    package nonisolated func undo(
        _ step: Step, of operation: OperationID, on host: Host
    ) async throws(Refusal) {
        let session = await session(host)
        try await with(host) { opened in
            try await StepHost(hosts: self, session: session, opened: opened).undo(step)
        }
    }
}

extension StepHost {
    fileprivate func perform(_ step: Step, _ progress: StepProgress) async throws -> StepOutcome {
        switch step {
        case .sendImage(let send): return try await self.send(send, progress)
        case .sweepImages(let copies): return try await prune(copies)
        case .writeSeed(let seed): return try await write(seed)
        case .moveMachine(let move): return try await self.move(move, progress)
        case .createDisk(let disk): try await create(disk)
        case .checkAddressFree(let probe): try await checkFree(probe)
        case .defineMachine(let spec): try await define(spec)
        case .startMachine(let machine): try await start(machine)
        case .restoreMachine(let machine): try await restore(machine)
        case .dropSavedMemory(let machine): try await dropSavedMemory(of: machine)
        case .pauseMachine(let machine): try await pause(machine)
        case .resumeMachine(let machine): try await resume(machine)
        case .proveAddress(let probe): try await prove(probe)
        case .proveStack(let probe): try await prove(probe)
        case .shutdownMachine(let machine, let seconds): try await shutdown(machine, seconds: seconds)
        case .stopMachine(let machine): try await stop(machine)
        case .undefineMachine(let machine): try await undefine(machine)
        case .removeVolume(let volume): try await remove(volume)
        case .setScheduler(let machine, let values, _): try await setScheduler(values, of: machine)
        case .markMachine(let machine, let mark): try await self.mark(machine, mark)
        case .makeSegment(let segment): try await make(segment)
        case .removeSegment(let segment): try await remove(segment)
        case .reshapeSegment(let reshape): try await self.reshape(reshape)
        case .rebuildMachine(let rebuild): try await self.rebuild(rebuild)
        case .parkMachine(let machine): try await park(machine)
        case .proveLink(let proof): try await prove(proof)
        case .proveReach(let proof): try await prove(proof)
        case .checkIdle: try await checkIdle()
        case .powerOff: break  // handled before: this connection would end with the host
        }
        return StepOutcome()
    }

    fileprivate func undo(_ step: Step) async throws {
        switch step {
        case .sendImage(let send): try await undoSend(send)
        case .createDisk(let disk): try await undoCreate(disk)
        case .writeSeed(let seed): try await undoWrite(seed)
        case .defineMachine(let spec): try await undoDefine(spec)
        case .startMachine(let machine): try await undoStart(machine)
        case .restoreMachine(let machine): try await undoRestore(machine)
        case .pauseMachine(let machine): try await undoPause(machine)
        case .resumeMachine(let machine): try await undoResume(machine)
        case .setScheduler(let machine, _, let previous): try await undoSetScheduler(previous, of: machine)
        case .markMachine(let machine, _): try await undoMark(machine)
        case .makeSegment(let segment): try await undoMake(segment)
        case .reshapeSegment(let reshape): try await undoReshape(reshape)
        case .rebuildMachine(let rebuild): try await undoRebuild(rebuild)
        case .parkMachine(let machine): try await undoPark(machine)
        case .moveMachine(let move): try await undoMove(move)
        case .removeSegment, .proveLink, .proveReach, .checkAddressFree, .proveAddress, .proveStack, .shutdownMachine,
            .stopMachine, .undefineMachine, .removeVolume, .sweepImages, .dropSavedMemory, .checkIdle, .powerOff:
            break
        }
    }
}
