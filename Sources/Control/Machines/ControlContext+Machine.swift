package import Model

extension ControlContext {
    /// A machine of ours that the caller sees, wherever it is: its name is unique.
    ///
    /// - Throws: `machineNotFound`.
    package func machine(named name: String) async throws(Refusal) -> Machine {
        let fleet = try await store.fleet()
        guard let machine = fleet.machines(named: name).first, rights.role(on: fleet.access(of: machine)) != nil else {
            throw Refusal(
                .machineNotFound, .machineName, "\(.machineName) is '\(name.shown)': this server has no such machine",
                value: name.shown)
        }
        return machine
    }
}
