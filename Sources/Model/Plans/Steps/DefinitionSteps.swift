internal import FoundationEssentials

extension DomainSpec {
    func words(_ verb: String, _ places: InterfacePlaces?) -> String {
        let interfaces = interfaces.map { places?.words($0) ?? "on bridge \($0.bridge)" }
        return "\(verb) \(name) with \(memoryMiB) MiB" + (interfaces.isEmpty ? "" : " \(Step.list(interfaces))")
    }

    /// The record of the machine as abandoned; `nil` if it is none of `machines`.
    func abandoned(on host: String, of machines: [Machine], since time: Date) -> Abandoned? {
        guard let machine = machines.first(where: { $0.id == id }) else { return nil }
        return Abandoned(.machine(machine, macs: interfaces.map(\.mac)), on: host, since: time)
    }
}

/// A new definition of a machine on its existing disks, with the previous form for the undo.
package struct RebuildMachine: Sendable, Equatable, Codable {
    /// A machine's definition, seed and scheduler parameters.
    package struct Shape: Sendable, Equatable, Codable {
        package var spec: DomainSpec
        package var seed: WriteSeed?
        /// Scheduler parameters; a new definition loses them.
        package var scheduler: [String: ParameterValue]?
    }

    package var shape: Shape
    /// The machine's own disk, which is made again if it no longer exists.
    package var disk: CreateDisk?
    /// `nil` if the host did not have the machine in its desired form: undoing then leaves the machine as it
    /// became.
    package var before: Shape?
    /// Whether the machine is stopped and started again; otherwise only its definition changes.
    package var restarts: Bool

    package var spec: DomainSpec { shape.spec }
    package var machine: MachineReference { MachineReference(id: spec.id, name: spec.name) }
}

extension RebuildMachine {
    func words(_ places: InterfacePlaces?) -> String {
        spec.words(before == nil ? "recreate" : "redefine", places) + (restarts ? ", and start it again" : "")
    }
}
