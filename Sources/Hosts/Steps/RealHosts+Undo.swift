internal import Control
internal import Libvirt
package import Model

extension RealHosts {
    package nonisolated func undo(
        _ step: Step, of operation: OperationID, on node: Node
    ) async throws(Refusal) {
        let (vault, access) = (vault, access)
        let session = await session(node)
        try await with(node) { opened in
            if case .rebuildMachine(let rebuild) = step {
                let streams = try await session.streams(patience: access.patience)
                return try await MachineRebuild(opened, streams).undo(rebuild)
            }
            if case .moveMachine(let move) = step { return try await ends(of: move).undo() }
            // One that is whole may be in use by another host, on storage that both share.
            if case .sendImage(let send) = step, let file = try? await vault.file(of: send.file.digest),
                await CopyCheck(send, file, on: opened).finds()
            {
                return
            }
            try await Self.undo(step, opened)
        }
    }

    private static func undo(_ step: Step, _ opened: HostSession.Opened) async throws {
        let connection = opened.connection
        switch step {
        case .sendImage(let send): try await Volumes(connection).remove(send.volume)
        case .createDisk(let disk): try await Volumes(connection).remove(disk.volume)
        case .writeSeed(let seed): try await Volumes(connection).remove(seed.volume)
        case .defineMachine(let spec):
            let machine = MachineReference(id: spec.id, name: spec.name)
            try await stop(machine, connection)
            try await undefine(machine, connection)
        case .startMachine(let machine): try await stop(machine, connection)
        case .restoreMachine(let machine):
            try await ifThere { try await saveAgain(try domain(machine, connection)) }
        case .pauseMachine(let machine): try await ifThere { try await letGoOn(try domain(machine, connection)) }
        case .resumeMachine(let machine): try await ifThere { try await letStand(try domain(machine, connection)) }
        case .setScheduler(let machine, _, let previous) where !previous.isEmpty:
            try await ifThere { try await setScheduler(previous, machine, connection) }
        case .markMachine(let machine, _):
            try await ifThere { try await setMark(nil, machine, connection) }
        case .makeSegment(let segment): try await Segments(opened).remove(segment)
        case .reshapeSegment(let reshape): try await Segments(opened).remake(reshape.from, with: reshape.machines)
        case .parkMachine(let machine): try await start(try domain(machine, connection))
        case .rebuildMachine, .moveMachine, .removeSegment, .proveLink, .proveReach: break
        case .checkAddressFree, .proveAddress, .proveStack, .shutdownMachine, .stopMachine, .undefineMachine,
            .removeVolume, .sweepImages, .dropSavedMemory, .setScheduler, .checkIdle, .powerOff:
            break
        }
    }

    private static func ifThere(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch LibvirtError.Code.noDomain {
            return
        }
    }
}
