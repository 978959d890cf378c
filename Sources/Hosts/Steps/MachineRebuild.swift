internal import Libvirt
internal import Model

/// Defines a machine anew on the disks it has. Doing it twice ends with the same machine.
struct MachineRebuild {
    private let opened: HostSession.Opened
    /// For what is written to volumes.
    private let streams: Connection

    init(_ opened: HostSession.Opened, _ streams: Connection) {
        self.opened = opened
        self.streams = streams
    }

    func perform(_ rebuild: RebuildMachine) async throws {
        try await make(rebuild.shape, disk: rebuild.disk, restarts: rebuild.restarts)
    }

    func undo(_ rebuild: RebuildMachine) async throws {
        guard let before = rebuild.before else { return }
        try await make(before, disk: nil, restarts: rebuild.restarts)
    }

    private func make(_ shape: RebuildMachine.Shape, disk: CreateDisk?, restarts: Bool) async throws {
        let machine = MachineReference(id: shape.spec.id, name: shape.spec.name)
        let connection = opened.connection
        if restarts {
            try await RealHosts.stop(machine, connection)
            if let disk { try await Volumes(connection).restore(disk) }
            if let seed = shape.seed {
                try await Volumes(streams).write(SeedDisk.image(of: seed.seed), to: seed.volume)
            }
        }
        try await RealHosts.define(shape.spec, connection)
        if restarts { try await RealHosts.start(try RealHosts.domain(machine, connection)) }
        if let values = shape.scheduler { try await RealHosts.setScheduler(values, machine, connection) }
    }
}
