internal import FoundationEssentials
internal import Libvirt
internal import Model

extension StepHost {
    func define(_ spec: DomainSpec) async throws {
        try await LibvirtHosts.define(spec, connection)
        try await GivenDisks(opened).check(spec)
    }

    func undoDefine(_ spec: DomainSpec) async throws {
        let machine = MachineReference(id: spec.id, name: spec.name)
        try await stop(machine)
        try await undefine(machine)
    }

    func undefine(_ machine: MachineReference) async throws { try await LibvirtHosts.undefine(machine, connection) }

    func rebuild(_ rebuild: RebuildMachine) async throws {
        try await MachineRebuild(opened, try await streams()).perform(rebuild)
    }

    func undoRebuild(_ rebuild: RebuildMachine) async throws {
        try await MachineRebuild(opened, try await streams()).undo(rebuild)
    }

    func setScheduler(_ values: [String: ParameterValue], of machine: MachineReference) async throws {
        try await LibvirtHosts.setScheduler(values, machine, connection)
        let domain = try LibvirtHosts.domain(machine, connection)
        let current = try await domain.schedulerParameters().mapValues(ParameterValue.init)
        try SchedulerRules.check(asked: values, had: current, machine: machine.name)
    }

    func undoSetScheduler(_ previous: [String: ParameterValue], of machine: MachineReference) async throws {
        guard !previous.isEmpty else { return }
        try await ifExists { try await LibvirtHosts.setScheduler(previous, machine, connection) }
    }

    func mark(_ machine: MachineReference, _ mark: Mark) async throws {
        try await LibvirtHosts.setMark(mark, machine, connection)
    }

    func undoMark(_ machine: MachineReference) async throws {
        try await ifExists { try await LibvirtHosts.setMark(nil, machine, connection) }
    }
}

extension LibvirtHosts {
    /// Returns the domain of a machine. It is always found by its id, never by its name, which may now belong to
    /// another machine.
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
                .machineNameTaken, .machineName,
                "\(.machineName) is '\(spec.name)': the host has a machine of that name by now", value: spec.name)
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

    static func setScheduler(
        _ values: [String: ParameterValue], _ machine: MachineReference, _ connection: Connection
    ) async throws {
        let typed: [String: TypedValue] = values.mapValues { TypedValue($0) }
        try await domain(machine, connection).setSchedulerParameters(typed)
    }

    /// Writes VMS's mark to the domain, or removes it.
    static func setMark(_ mark: Mark?, _ machine: MachineReference, _ connection: Connection) async throws {
        let xml = mark.map(DomainMark.bareXML)
        try await domain(machine, connection).setMetadata(
            xml, namespace: DomainMark.namespace, prefix: DomainMark.prefix)
    }
}
