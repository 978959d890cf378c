internal import Libvirt
internal import Model

extension StepHost {
    func start(_ machine: MachineReference) async throws {
        let domain = try RealHosts.domain(machine, connection)
        try await GivenDisks(opened).check(machine, domain)
        try await RealHosts.start(domain)
    }

    func undoStart(_ machine: MachineReference) async throws { try await stop(machine) }

    func restore(_ machine: MachineReference) async throws { try await RealHosts.restore(machine, connection) }

    func undoRestore(_ machine: MachineReference) async throws {
        try await ifThere { try await RealHosts.saveAgain(try RealHosts.domain(machine, connection)) }
    }

    func dropSavedMemory(of machine: MachineReference) async throws {
        try await RealHosts.dropSavedMemory(of: try RealHosts.domain(machine, connection))
    }

    func pause(_ machine: MachineReference) async throws { try await RealHosts.pause(machine, connection) }

    func undoPause(_ machine: MachineReference) async throws {
        try await ifThere { try await RealHosts.letGoOn(try RealHosts.domain(machine, connection)) }
    }

    func resume(_ machine: MachineReference) async throws { try await RealHosts.resume(machine, connection) }

    func undoResume(_ machine: MachineReference) async throws {
        try await ifThere { try await RealHosts.letStand(try RealHosts.domain(machine, connection)) }
    }

    func shutdown(_ machine: MachineReference, seconds: Int) async throws {
        try await RealHosts.shutdown(try RealHosts.domain(machine, connection), seconds: seconds)
    }

    func stop(_ machine: MachineReference) async throws { try await RealHosts.stop(machine, connection) }

    func park(_ machine: MachineReference) async throws { try await stop(machine) }

    func undoPark(_ machine: MachineReference) async throws {
        try await RealHosts.start(try RealHosts.domain(machine, connection))
    }
}

extension RealHosts {
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
}
