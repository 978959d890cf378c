package import FoundationEssentials

/// Plans for an existing machine: the plan of each verb, or the reason against it.
package struct MachinePlans {
    package var host: Host
    /// Our record; `nil` for a machine that is not managed.
    package var machine: Machine?
    /// The host's report about it; `nil` if the host has no such machine.
    package var observed: ObservedMachine?
    package var name: String

    package init(host: Host, machine: Machine?, observed: ObservedMachine?, name: String) {
        self.host = host
        self.machine = machine
        self.observed = observed
        self.name = name
    }

    /// - Throws: `machineNotFound`, or `machineNotManaged` for a machine that others made.
    private func ours() throws(Refusal) -> Machine {
        guard let machine else {
            throw observed == nil
                ? notFound
                : Refusal(
                    .machineNotManaged, .machineName,
                    "\(.machineName) is \(shownName): this machine was not made by VMS; adopt it first (adoptVirtualMachine)",
                    value: name.shown, host: host.name, machine: name.shown)
        }
        if let observed, observed.id != machine.id {
            throw Refusal(
                .machineNotManaged, .machineName,
                "\(.machineName) is \(shownName): the host now has another machine of that name, which VMS did not make",
                value: name.shown, host: host.name, machine: name.shown)
        }
        return machine
    }

    /// Its name, followed by the other one if the name on its host differs from the name in the record.
    var shownName: String {
        guard let machine, let observed, observed.id == machine.id, observed.name != machine.name else {
            return "'\(name.shown)'"
        }
        return name == machine.name
            ? "'\(name.shown)' (called '\(observed.name.shown)' on host \(host.name))"
            : "'\(name.shown)' (made as '\(machine.name)')"
    }

    /// The parts on its host that a removal keeps or loses.
    package var remains: RemovalEffects { machine.map { RemovalEffects(of: $0, observed) } ?? RemovalEffects() }

    package var notFound: Refusal {
        Refusal(
            .machineNotFound, .machineName,
            "\(.machineName) is \(shownName): host \(host.name) has no machine of that name", value: name.shown,
            host: host.name, machine: name.shown)
    }

    /// Its record and the host's report about it.
    ///
    /// - Throws: `machineNotFound`, `machineNotManaged`.
    package func present() throws(Refusal) -> (Machine, ObservedMachine) {
        let machine = try ours()
        guard let observed else { throw notFound }
        return (machine, observed)
    }

    package func destroy(now: Date) throws(Refusal) -> Plan {
        let machine = try ours()
        try checkAlone(machine, ways: "destroy that network")
        return Plan(
            service: "destroyVirtualMachine", subject: .init(machine),
            StagedSteps(Self.removal(of: machine), on: host), recovery: .resume,
            onSuccess: Self.records(ofEnd: machine, at: now))
    }

    /// Abandons a machine whose host does not answer: no host is touched, and the machine is remembered as
    /// abandoned.
    ///
    /// - Throws: `machineNotFound` for a machine that is not ours, `machineInNetwork`.
    package func abandon(in fleet: Fleet, now: Date) throws(Refusal) -> (plan: Plan, abandoned: [Abandoned]) {
        let machine = try ours()
        try checkAlone(
            machine,
            ways: "abandon that network's part on this host (applyVirtualNetwork or "
                + "destroyVirtualNetwork, with abandon)")
        let abandoned = fleet.abandoning(machine, at: now)
        let plan = Plan(
            service: "destroyVirtualMachine", subject: .init(machine), StagedSteps(), recovery: .resume,
            onSuccess: Self.records(ofEnd: machine, at: now) + [.abandon(abandoned)])
        return (plan, [abandoned])
    }

    private func checkAlone(_ machine: Machine, ways: String) throws(Refusal) {
        guard let network = machine.network else { return }
        throw Refusal(
            .machineInNetwork, .machineName,
            "\(.machineName) is \(shownName): it is a router of virtual network '\(network)'; \(ways)",
            value: name.shown, host: host.name, machine: name.shown)
    }

    /// The steps that stop a machine and remove all its own parts.
    static func removal(of machine: Machine) -> [Step] {
        var reference = MachineReference(id: machine.id, name: machine.name)
        reference.keepsFirmware = machine.adopted
        let volumes = machine.adopted ? [] : machine.volumes
        return [.stopMachine(reference), .undefineMachine(reference)] + volumes.map { .removeVolume($0) }
    }

    /// The changes of records after its removal.
    static func records(ofEnd machine: Machine, at now: Date) -> [RecordChange] {
        [.removeMachine(machine.id)]
            + machine.imageFiles.map { .imageWasUsed(host: machine.host, $0, at: now) }
    }

    /// - Parameter abandoned: the abandoned machines and link parts; an adopted one is managed again.
    package func adopt(
        operation: OperationID, now: Date, abandoned: [Abandoned] = []
    ) throws(Refusal) -> Plan {
        guard let observed else { throw notFound }
        guard machine == nil else {
            throw Refusal(
                .machineNameTaken, .machineName, "\(.machineName) is \(shownName): it is managed already",
                value: name.shown, host: host.name, machine: name.shown)
        }
        guard !observed.id.isDomain0 else {
            throw Refusal(
                .notOffered, .machineName, "\(.machineName) is \(shownName): this is the Xen host itself",
                value: name.shown, host: host.name, machine: name.shown)
        }
        let record = Machine(
            id: observed.id, name: observed.name, host: host.name, asked: observed.state.isActive ? .running : .off,
            address: nil, mac: observed.interfaces.first.map { MACAddress($0.mac) },
            bridge: observed.interfaces.first?.source, memoryMiB: observed.maxMemoryKiB / 1024,
            vcpus: observed.maxVcpus, image: nil, note: nil, created: now, volumes: [], adopted: true, bootSeconds: 120)
        let known = abandoned.map(\.id).filter { $0 == observed.id.text }
        let mark = Step.markMachine(
            .init(id: observed.id, name: observed.name), Mark(machine: observed.id, operation: operation))
        return Plan(
            service: "adoptVirtualMachine", subject: .init(record), StagedSteps([mark], on: host), recovery: .undo,
            atBegin: [.insertMachine(record)], onSuccess: known.isEmpty ? [] : [.forgetAbandoned(known)],
            onFailure: [.removeMachine(observed.id)])
    }

    package func setScheduler(
        weight: Int64?, cap: Int64?, reading: SchedulerReading
    ) throws(Refusal) -> Plan {
        let (machine, observed) = try present()
        let rules = SchedulerRules(reading: reading, vcpus: observed.maxVcpus)
        let values = try rules.parameters(weight: weight, cap: cap)
        let step = Step.setScheduler(
            .init(id: machine.id, name: machine.name), values,
            previous: reading.parameters.filter { values[$0.key] != nil })
        return Plan(
            service: "setVirtualMachineSchedulerParameters", subject: .init(machine),
            StagedSteps([step], on: host), recovery: .undo, onSuccess: [.setScheduler(machine.id, values)])
    }
}
