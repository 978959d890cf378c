internal import Libvirt
internal import Model

extension StepHost {
    func start(_ machine: MachineReference) async throws {
        let domain = try LibvirtHosts.domain(machine, connection)
        try await GivenDisks(opened).check(machine, domain)
        try await LibvirtHosts.start(domain)
    }

    func undoStart(_ machine: MachineReference) async throws { try await stop(machine) }

    func restore(_ machine: MachineReference) async throws { try await LibvirtHosts.restore(machine, connection) }

    func undoRestore(_ machine: MachineReference) async throws {
        try await ifExists { try await LibvirtHosts.saveAgain(try LibvirtHosts.domain(machine, connection)) }
    }

    func dropSavedMemory(of machine: MachineReference) async throws {
        try await LibvirtHosts.dropSavedMemory(of: try LibvirtHosts.domain(machine, connection))
    }

    func pause(_ machine: MachineReference) async throws { try await LibvirtHosts.pause(machine, connection) }

    func undoPause(_ machine: MachineReference) async throws {
        try await ifExists { try await LibvirtHosts.resumeIfPaused(try LibvirtHosts.domain(machine, connection)) }
    }

    func resume(_ machine: MachineReference) async throws { try await LibvirtHosts.resume(machine, connection) }

    func undoResume(_ machine: MachineReference) async throws {
        try await ifExists { try await LibvirtHosts.suspendIfRunning(try LibvirtHosts.domain(machine, connection)) }
    }

    func shutdown(_ machine: MachineReference, seconds: Int) async throws {
        try await LibvirtHosts.shutdown(try LibvirtHosts.domain(machine, connection), seconds: seconds)
    }

    func stop(_ machine: MachineReference) async throws { try await LibvirtHosts.stop(machine, connection) }

    func park(_ machine: MachineReference) async throws { try await stop(machine) }

    func undoPark(_ machine: MachineReference) async throws {
        try await LibvirtHosts.start(try LibvirtHosts.domain(machine, connection))
    }
}

extension LibvirtHosts {
    static func start(_ domain: Domain) async throws {
        // A machine that crashed and was preserved still holds its memory. It starts only after that is released.
        if try await domain.state().state == .crashed, try await domain.isActive() { try await domain.destroy() }
        do {
            try await domain.start()
        } catch LibvirtError.Code.operationInvalid {
            // It runs already, unless there is another reason for the error.
            if try await !domain.isActive() { try await domain.start() }
        }
    }

    static func stop(_ machine: MachineReference, _ connection: Connection) async throws {
        do {
            let domain = try Self.domain(machine, connection)
            if try await domain.isActive() { try await domain.destroy() }
        } catch LibvirtError.Code.noDomain {
            return
        } catch LibvirtError.Code.operationInvalid {
            return  // it ended on its own in the meantime
        }
    }
}
