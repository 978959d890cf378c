package import Control
internal import FoundationEssentials
internal import Libvirt
package import Model

extension RealHosts {
    package nonisolated func perform(
        _ step: Step, of operation: OperationID, on node: Node, progress: StepProgress
    ) async throws(Refusal) -> StepOutcome {
        let (vault, access) = (vault, access)
        let session = await session(node)
        return try await with(node) { opened in
            switch step {
            case .sendImage(let send):
                let streams = try await session.streams(patience: access.patience)
                return try await Self.send(send, from: vault, over: streams, progress)
            case .writeSeed(let seed):
                let bytes = SeedDisk.image(of: seed.seed)
                let streams = try await session.streams(patience: access.patience)
                try await Volumes(streams).write(bytes, to: seed.volume)
                return StepOutcome(sentBytes: Int64(bytes.count))
            default:
                try await Self.perform(step, opened)
                return StepOutcome()
            }
        }
    }

    private static func perform(_ step: Step, _ opened: HostSession.Opened) async throws {
        let connection = opened.connection
        switch step {
        case .sendImage, .writeSeed: break  // sent over a connection of their own
        case .createDisk(let disk): try await Volumes(connection).create(disk)
        case .checkAddressFree(let probe): try await Prober(opened).checkFree(probe)
        case .defineMachine(let spec): try await define(spec, connection)
        case .startMachine(let machine): try await start(try domain(machine, connection))
        case .proveAddress(let probe):
            try await whileRunning(probe.machine, opened) { try await Prober(opened).prove(probe) }
        case .proveStack(let probe):
            try await whileRunning(probe.machine, opened) { try await Prober(opened).prove(probe) }
        case .shutdownMachine(let machine, let seconds):
            try await shutdown(try domain(machine, connection), seconds: seconds)
        case .stopMachine(let machine): try await stop(machine, connection)
        case .undefineMachine(let machine): try await undefine(machine, connection)
        case .removeVolume(let volume): try await Volumes(connection).remove(volume)
        case .setScheduler(let machine, let values, _): try await setScheduler(values, machine, connection)
        case .markMachine(let machine, let mark): try await setMark(mark, machine, connection)
        }
    }

    private static func start(_ domain: Domain) async throws {
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

    private static func send(
        _ send: SendImage, from vault: any ImageVault, over connection: Connection, _ progress: StepProgress
    ) async throws -> StepOutcome {
        let path = try await vault.path(of: send.file.digest)
        let sent = try await Volumes(connection).upload(path, size: send.file.size, to: send.volume, progress)
        return StepOutcome(sentBytes: sent)
    }

    /// A machine is always found by its id, never by its name, which by now may be a stranger's.
    static func domain(_ machine: MachineReference, _ connection: Connection) throws -> Domain {
        guard let id = UUID(uuidString: machine.id.text) else {
            throw Refusal(.internalError, "'\(machine.id.text)' is no UUID")
        }
        return Domain(connection: connection, uuid: id, name: machine.name)
    }

    private static func define(_ spec: DomainSpec, _ connection: Connection) async throws {
        let xml = DomainXML(spec).text
        do {
            _ = try await connection.defineDomain(xml: xml)
        } catch {
            guard error.code == .domainExists else { throw error }
            throw Refusal(
                .machineNameTaken, "vmName is '\(spec.name)': the host has a machine of that name by now",
                field: "vmName", value: spec.name)
        }
    }

    static func stop(_ machine: MachineReference, _ connection: Connection) async throws {
        do {
            let domain = try domain(machine, connection)
            if try await domain.isActive() { try await domain.destroy() }
        } catch LibvirtError.Code.noDomain {
            return
        } catch LibvirtError.Code.operationInvalid {
            return  // it ended by itself just now
        }
    }

    static func undefine(_ machine: MachineReference, _ connection: Connection) async throws {
        do {
            try await domain(machine, connection).undefine()
        } catch LibvirtError.Code.noDomain {
            return
        }
    }

    /// A guest that is still booting ignores the request, so it is repeated every two seconds.
    private static func shutdown(_ domain: Domain, seconds: Int) async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        var again = clock.now
        while try await domain.isActive() {
            guard clock.now < end else { throw stillRuns(after: seconds) }
            if clock.now >= again {
                try await ask(domain)
                again = clock.now + .seconds(2)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private static func ask(_ domain: Domain) async throws {
        do {
            try await domain.shutdown()
        } catch LibvirtError.Code.operationInvalid {
            return  // it ended between the question and the request
        }
    }

    private static func stillRuns(after seconds: Int) -> Refusal {
        Refusal(
            .timedOut,
            "the machine did not shut down within \(seconds) s; it may ignore the request: destroy it, or wait longer",
            field: "timeout", value: "\(seconds)")
    }
}
