internal import FoundationEssentials

extension DomainSpec {
    func words(_ verb: String, _ places: InterfacePlaces?) -> String {
        let interfaces = interfaces.map { places?.words($0) ?? "on bridge \($0.bridge)" }
        return "\(verb) \(name) with \(memoryMiB) MiB" + (interfaces.isEmpty ? "" : " \(Step.list(interfaces))")
    }

    /// The machine as something that is given up; `nil` where it is none of those.
    func abandoned(on host: String, of machines: [Machine], since time: Date) -> Abandoned? {
        guard let machine = machines.first(where: { $0.id == id }) else { return nil }
        return Abandoned(.machine(machine, macs: interfaces.map(\.mac)), on: host, since: time)
    }
}

package struct RebuildMachine: Sendable, Equatable, Codable {
    package struct Shape: Sendable, Equatable, Codable {
        package var spec: DomainSpec
        package var seed: WriteSeed?
        /// A definition anew forgets them.
        package var scheduler: [String: ParameterValue]?
    }

    package var shape: Shape
    /// Its own disk, which is made where it is not there any more.
    package var disk: CreateDisk?
    /// `nil` where the host did not have it as it should be: undoing then leaves it as it has become.
    package var before: Shape?
    /// Whether it is ended for it and started again; otherwise only its definition changes.
    package var restarts: Bool

    package var spec: DomainSpec { shape.spec }
    package var machine: MachineReference { MachineReference(id: spec.id, name: spec.name) }
}

extension RebuildMachine {
    func words(_ places: InterfacePlaces?) -> String {
        spec.words(before == nil ? "make again" : "redefine", places) + (restarts ? ", and start it again" : "")
    }
}
