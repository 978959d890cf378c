package import Control
internal import FoundationEssentials
internal import Libvirt
internal import Logging
package import Model

extension RealHosts {
    package nonisolated func perform(
        _ step: Step, of operation: OperationID, on node: Node, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        if case .powerOff(let boot, let seconds) = step {
            try await powerOff(node, boot, seconds: seconds)
            return StepOutcome()
        }
        let (vault, access, log) = (vault, access, log)
        let session = await session(node)
        return try await with(node) { opened in
            switch step {
            case .sendImage(let send):
                let file = try await vault.file(of: send.file.digest)
                let nearer = NearerHosts(
                    taker: opened, volume: send.volume, size: send.file.size, givers: send.givers,
                    open: { (node) async throws(Refusal) in
                        try await self.session(node).opened(patience: access.patience)
                    }, log: log)
                let upload = ImageUpload(
                    path: file.path, size: send.file.size, name: send.volume, pace: access.transferPace,
                    route: opened.route, nearer: send.givers.isEmpty ? nil : nearer,
                    keepAlive: access.keepAlive, log: log)
                let streams = try await session.streams(patience: access.patience)
                return StepOutcome(
                    sentBytes: try await Self.send(send, file, upload, streams, opened, progress))
            case .writeSeed(let seed):
                let bytes = SeedDisk.image(of: seed.seed)
                let streams = try await session.streams(patience: access.patience)
                try await Volumes(streams).write(bytes, to: seed.volume)
                return StepOutcome(sentBytes: Int64(bytes.count))
            case .rebuildMachine(let rebuild):
                let streams = try await session.streams(patience: access.patience)
                try await MachineRebuild(opened, streams).perform(rebuild)
                return StepOutcome()
            case .sweepImages(let copies): return try await Self.sweep(copies, opened.connection)
            case .moveMachine(let move): return try await ends(of: move).perform(progress)
            default:
                try await Self.perform(step, opened)
                return StepOutcome()
            }
        }
    }

    private static func perform(_ step: Step, _ opened: HostSession.Opened) async throws {
        let connection = opened.connection
        switch step {
        case .sendImage, .writeSeed, .sweepImages, .rebuildMachine, .moveMachine, .powerOff: break  // done above
        case .checkIdle: try await checkIdle(connection)
        case .createDisk(let disk): try await Volumes(connection).create(disk)
        case .checkAddressFree(let probe): try await Prober(opened).checkFree(probe)
        case .defineMachine(let spec):
            try await define(spec, connection)
            try await GivenDisks(opened).check(spec)
        case .startMachine(let machine):
            let domain = try Self.domain(machine, connection)
            try await GivenDisks(opened).check(machine, domain)
            try await start(domain)
        case .restoreMachine(let machine): try await restore(machine, connection)
        case .dropSavedMemory(let machine): try await dropSavedMemory(of: try domain(machine, connection))
        case .pauseMachine(let machine): try await pause(machine, connection)
        case .resumeMachine(let machine): try await resume(machine, connection)
        case .proveAddress(let probe):
            try await whileRunning(probe.machine, opened) { try await Prober(opened).prove(probe) }
        case .proveStack(let probe):
            try await whileRunning(probe.machine, opened) { try await Prober(opened).prove(probe) }
        case .shutdownMachine(let machine, let seconds):
            try await shutdown(try domain(machine, connection), seconds: seconds)
        case .stopMachine(let machine), .parkMachine(let machine): try await stop(machine, connection)
        case .undefineMachine(let machine): try await undefine(machine, connection)
        case .removeVolume(let volume): try await Volumes(connection).remove(volume)
        case .setScheduler(let machine, let values, _):
            try await setScheduler(values, machine, connection)
            let had = try await domain(machine, connection).schedulerParameters().mapValues(ParameterValue.init)
            try SchedulerRules.check(asked: values, had: had, machine: machine.name)
        case .markMachine(let machine, let mark): try await setMark(mark, machine, connection)
        case .makeSegment(let segment): try await Segments(opened).make(segment)
        case .removeSegment(let segment): try await Segments(opened).remove(segment)
        case .reshapeSegment(let reshape): try await Segments(opened).remake(reshape.to, with: reshape.machines)
        case .proveLink(let proof): try await LinkProver(opened).prove(proof)
        case .proveReach(let proof): try await LinkProver(opened).prove(proof)
        }
    }

    static func start(_ domain: Domain) async throws {
        // One that crashed and was kept as it is holds its memory, and starts only once that is let go.
        if try await domain.state().state == .crashed, try await domain.isActive() { try await domain.destroy() }
        do {
            try await domain.start()
        } catch LibvirtError.Code.operationInvalid {
            // It runs already, unless something else is wrong with it.
            if try await !domain.isActive() { try await domain.start() }
        }
    }

    static func setScheduler(
        _ values: [String: ParameterValue], _ machine: MachineReference, _ connection: Connection
    ) async throws {
        let typed: [String: TypedValue] = values.mapValues { TypedValue($0) }
        try await domain(machine, connection).setSchedulerParameters(typed)
    }

    /// Writes our mark, or takes it away.
    static func setMark(_ mark: Mark?, _ machine: MachineReference, _ connection: Connection) async throws {
        let xml = mark.map(DomainMark.bareXML)
        try await domain(machine, connection).setMetadata(
            xml, namespace: DomainMark.namespace, prefix: DomainMark.prefix)
    }

    /// - Returns: the bytes that were sent.
    private static func send(
        _ send: SendImage, _ file: StoredFile, _ upload: ImageUpload, _ streams: Connection,
        _ opened: HostSession.Opened, _ progress: StepProgress
    ) async throws -> Int64 {
        // On storage that hosts share, another may have it there, and machines that use it.
        if progress.resumesAt == 0, await CopyCheck(send, file, on: opened).finds() { return 0 }
        let attempt = { (upload: ImageUpload, resumesAt: Int64) async throws in
            let sent = try await upload.send(over: streams, resumesAt: resumesAt, progress)
            try await verify(send, file, opened)
            return sent
        }
        do {
            return try await attempt(upload, progress.resumesAt)
        } catch let refusal as Refusal
            where refusal.code == .transferCorrupt && (progress.resumesAt > 0 || !progress.senders.isEmpty)
        {
            // A host that lost its power lost more of an earlier attempt than was thought, or one that had the image does
            // not have it as it was.
            upload.log.warning(
                "image did not arrive as it is; it is sent once more, from this server",
                metadata: [
                    "volume": "\(send.volume.name)", "found": "\(refusal.detail ?? "")",
                    "givers": "\(progress.senders.sorted().joined(separator: " "))",
                ])
            var alone = upload
            alone.nearer = nil
            let before = progress.bytes?.sent ?? 0
            return try await before + attempt(alone, 0)
        }
    }

    /// Where nobody can be asked, the end of libvirt's stream has to do.
    private static func verify(_ send: SendImage, _ file: StoredFile, _ opened: HostSession.Opened) async throws {
        guard case .other(let found) = try await CopyCheck(send, file, on: opened).verdict() else { return }
        throw Refusal(
            .transferCorrupt,
            "image '\(send.image)' did not arrive as it was sent; nothing uses it, and it was removed", detail: found)
    }

    /// A machine is always found by its id, never by its name, which by now may be a stranger's.
    static func domain(_ machine: MachineReference, _ connection: Connection) throws -> Domain {
        guard let id = UUID(uuidString: machine.id.text) else {
            throw Refusal(.internalError, "'\(machine.id.text)' is no UUID")
        }
        return Domain(connection: connection, uuid: id, name: machine.name)
    }

    static func define(_ spec: DomainSpec, _ connection: Connection) async throws {
        let xml = DomainXML(spec).text
        do {
            _ = try await connection.defineDomain(xml: xml)
            if spec.startsWithHost {
                try await domain(.init(id: spec.id, name: spec.name), connection).setAutostart(true)
            }
        } catch LibvirtError.Code.domainExists {
            throw Refusal(
                .machineNameTaken, "vmName is '\(spec.name)': the host has a machine of that name by now",
                field: "vmName", value: spec.name)
        }
    }

    static func stop(_ machine: MachineReference, _ connection: Connection) async throws {
        do {
            let domain = try Self.domain(machine, connection)
            if try await domain.isActive() { try await domain.destroy() }
        } catch LibvirtError.Code.noDomain {
            return
        } catch LibvirtError.Code.operationInvalid {
            return  // it ended by itself just now
        }
    }

    static func undefine(_ machine: MachineReference, _ connection: Connection) async throws {
        do {
            let keeps = machine.keepsFirmware
            try await domain(machine, connection).undefine(removing: keeps ? .allButFirmware : .all)
        } catch LibvirtError.Code.noDomain {
            return
        }
    }
}
