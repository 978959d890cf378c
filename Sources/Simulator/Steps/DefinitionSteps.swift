internal import Model

extension SimulatedHost {
    /// - Throws: `machineNameTaken`.
    mutating func define(_ spec: DomainSpec) throws(Refusal) {
        if domains.contains(where: { $0 != spec.id && $1.name == spec.name }) {
            throw Refusal(.machineNameTaken, nil, "\(.machineName) is '\(spec.name)': taken")
        }
        guard domains[spec.id] == nil else { return }
        domains[spec.id] = .init(name: spec.name, isRunning: false, spec: spec, mark: spec.mark)
    }

    mutating func undoDefine(_ spec: DomainSpec) { domains[spec.id] = nil }

    mutating func undefine(_ machine: MachineReference) { domains[machine.id] = nil }

    mutating func rebuild(_ rebuild: RebuildMachine) {
        let spec = rebuild.spec
        if let volume = rebuild.disk?.volume { volumes.insert(volume) }
        if let volume = rebuild.shape.seed?.volume { volumes.insert(volume) }
        var domain = domains[spec.id] ?? .init(name: spec.name, isRunning: false, spec: spec, mark: spec.mark)
        domain.spec = spec
        domain.isPersistent = true
        if rebuild.restarts {
            domain.isRunning = false
            (domain.name, domain.saved) = (spec.name, nil)
            domain.start()
        }
        domain.scheduler.merge(rebuild.shape.scheduler ?? [:]) { $1 }
        domains[spec.id] = domain
    }

    mutating func undoRebuild(_ rebuild: RebuildMachine) {
        domains[rebuild.spec.id]?.spec = rebuild.before?.spec ?? rebuild.spec
    }

    mutating func setScheduler(_ values: [String: ParameterValue], of machine: MachineReference) {
        domains[machine.id]?.scheduler.merge(values) { $1 }
    }

    mutating func undoSetScheduler(_ previous: [String: ParameterValue], of machine: MachineReference) {
        setScheduler(previous, of: machine)
    }

    mutating func mark(_ machine: MachineReference, _ mark: Mark) { domains[machine.id]?.mark = mark }

    mutating func undoMark(_ machine: MachineReference) { domains[machine.id]?.mark = nil }
}
