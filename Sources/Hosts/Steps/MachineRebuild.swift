internal import Libvirt
internal import Model

/// Redefines a machine on its existing disks. This is idempotent.
struct MachineRebuild {
    private let opened: HostSession.Opened
    /// The connection for writing to volumes.
    private let streams: Connection

    init(_ opened: HostSession.Opened, _ streams: Connection) {
        self.opened = opened
        self.streams = streams
    }

    func perform(_ rebuild: RebuildMachine) async throws {
        try await apply(rebuild.shape, disk: rebuild.disk, restarts: rebuild.restarts)
        if rebuild.restarts { try await StartedShape(rebuild.spec).check(opened.connection) }
    }

    func undo(_ rebuild: RebuildMachine) async throws {
        guard let before = rebuild.before else { return }
        try await apply(before, disk: nil, restarts: rebuild.restarts)
    }

    /// Restores the machine's name. libvirt replaces a definition only if its name is the same. A machine that cannot
    /// be renamed, such as one with snapshots, is undefined: its disks stay.
    private func nameBack(_ machine: MachineReference) async throws {
        let domain = try LibvirtHosts.domain(machine, opened.connection)
        do {
            guard try await domain.identity().name != machine.name else { return }
        } catch LibvirtError.Code.noDomain {
            return
        }
        do {
            try await domain.rename(machine.name)
        } catch {
            try await LibvirtHosts.undefine(machine, opened.connection)
        }
    }

    private func apply(_ shape: RebuildMachine.Shape, disk: CreateDisk?, restarts: Bool) async throws {
        let machine = MachineReference(id: shape.spec.id, name: shape.spec.name)
        let connection = opened.connection
        if restarts {
            try await LibvirtHosts.stop(machine, connection)
            try await nameBack(machine)
            if let disk { try await Volumes(connection).restore(disk) }
            if let seed = shape.seed {
                try await Volumes(streams).write(SeedDisk.image(of: seed.seed), to: seed.volume)
            }
        }
        try await LibvirtHosts.define(shape.spec, connection)
        if restarts {
            let domain = try LibvirtHosts.domain(machine, connection)
            try await LibvirtHosts.dropSavedMemory(of: domain)
            try await LibvirtHosts.start(domain)
        }
        if let values = shape.scheduler { try await LibvirtHosts.setScheduler(values, machine, connection) }
    }
}
