internal import Model

extension SimulatedHost {
    /// Starts a machine; restores its saved memory if there is some.
    ///
    /// - Throws: `machineNotFound`, `hypervisorFailed` for a missing disk.
    mutating func start(_ machine: MachineReference) throws(Refusal) {
        guard let spec = domains[machine.id]?.spec else {
            throw Refusal(.machineNotFound, "the host has no such machine")
        }
        let files = files
        if let lacking = spec.disks.first(where: { !files.contains($0.path) }) {
            throw Refusal(.hypervisorFailed, "cannot open '\(lacking.path)'")
        }
        domains[machine.id]?.start()
    }

    mutating func undoStart(_ machine: MachineReference) { stop(machine) }

    mutating func undoRestore(_ machine: MachineReference) {
        guard let domain = domains[machine.id], domain.isRunning else { return }
        domains[machine.id]?.saved = domain.live ?? domain.spec
        domains[machine.id]?.isRunning = false
    }

    mutating func dropSavedMemory(of machine: MachineReference) { domains[machine.id]?.saved = nil }

    /// - Throws: `machineNotRunning`.
    mutating func pause(_ machine: MachineReference) throws(Refusal) { try setPaused(machine, isPaused: true) }

    mutating func undoPause(_ machine: MachineReference) { domains[machine.id]?.isPaused = false }

    /// - Throws: `machineNotRunning`.
    mutating func resume(_ machine: MachineReference) throws(Refusal) { try setPaused(machine, isPaused: false) }

    mutating func undoResume(_ machine: MachineReference) {
        if domains[machine.id]?.isRunning == true { domains[machine.id]?.isPaused = true }
    }

    private mutating func setPaused(_ machine: MachineReference, isPaused: Bool) throws(Refusal) {
        guard domains[machine.id]?.isRunning == true else {
            throw Refusal(.machineNotRunning, "machine '\(machine.name)' does not run")
        }
        domains[machine.id]?.isPaused = isPaused
    }

    mutating func stop(_ machine: MachineReference) { domains[machine.id]?.isRunning = false }

    mutating func park(_ machine: MachineReference) { stop(machine) }

    mutating func undoPark(_ machine: MachineReference) { domains[machine.id]?.isRunning = true }
}
