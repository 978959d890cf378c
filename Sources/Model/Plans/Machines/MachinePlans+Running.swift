package import FoundationEssentials

/// Plans that change a machine's run state: start, pause, resume, shutdown.
extension MachinePlans {
    /// Plans a shutdown. A paused machine is resumed first: its guest could not react to the request.
    ///
    /// - Parameter seconds: the time allowed for the shutdown.
    package func shutdown(seconds: Int) throws(Refusal) -> Plan {
        let (machine, observed) = try present()
        guard observed.state.isActive else { throw notRunning(observed.state, "not running") }
        let reference = MachineReference(id: machine.id, name: machine.name)
        let steps =
            (observed.state.isHalted ? [.resumeMachine(reference)] : [])
            + [Step.shutdownMachine(reference, seconds: seconds)]
        return Plan(
            service: "shutdownVirtualMachine", subject: .init(machine), StagedSteps(steps, on: host),
            recovery: .resume,
            onSuccess: [.setAsked(machine.id, .off, startedAt: nil)])
    }

    /// Starts a machine that is off, from its saved memory if there is some; resumes a paused one.
    ///
    /// - Parameter dropsSaved: whether it boots in any case; saved memory is lost then.
    package func start(
        waitFor: MachineRequest.WaitFor, dropsSaved: Bool = false, survey: HostSurvey, now: Date
    ) throws(Refusal) -> Plan {
        let (machine, observed) = try present()
        if observed.state.isHalted {
            return try resumption(machine, service: "startVirtualMachine", waitFor: waitFor, survey: survey)
        }
        guard !observed.state.isActive else { throw alreadyRunning(observed.state) }
        let reference = MachineReference(id: machine.id, name: machine.name)
        var steps: [Step] = [observed.isSaved && !dropsSaved ? .restoreMachine(reference) : .startMachine(reference)]
        if observed.isSaved, dropsSaved { steps.insert(.dropSavedMemory(reference), at: 0) }
        // Xen keeps no weight or cap for a machine that does not run.
        if survey.hypervisor == .xen, let values = machine.scheduler {
            steps.append(.setScheduler(reference, values, previous: [:]))
        }
        return Plan(
            service: "startVirtualMachine", subject: .init(machine),
            StagedSteps(try proven(steps, of: machine, waitFor, survey), on: host), recovery: .undo,
            onSuccess: [.setAsked(machine.id, .running, startedAt: now)])
    }

    /// - Throws: `machineAlreadyPaused`, `machineNotRunning`.
    package func pause() throws(Refusal) -> Plan {
        let (machine, observed) = try present()
        guard observed.state != .paused else {
            throw Refusal(
                .machineAlreadyPaused, .machineName,
                "\(.machineName) is \(shownName): it is paused already; resumeVirtualMachine resumes it",
                value: name.shown, host: host.name, machine: name.shown)
        }
        guard observed.state.isActive, observed.state != .suspended, observed.state != .shuttingDown else {
            throw notRunning(observed.state, "not running, and cannot be paused")
        }
        return Plan(
            service: "pauseVirtualMachine", subject: .init(machine),
            StagedSteps([.pauseMachine(.init(id: machine.id, name: machine.name))], on: host), recovery: .undo,
            onSuccess: [.setAsked(machine.id, .paused, startedAt: machine.startedAt)])
    }

    /// - Throws: `machineAlreadyRunning`, `machineNotRunning`.
    package func resume(waitFor: MachineRequest.WaitFor, survey: HostSurvey) throws(Refusal) -> Plan {
        let (machine, observed) = try present()
        guard observed.state.isActive else {
            throw notRunning(observed.state, "not paused; startVirtualMachine starts it")
        }
        guard observed.state.isHalted else { throw alreadyRunning(observed.state) }
        return try resumption(machine, service: "resumeVirtualMachine", waitFor: waitFor, survey: survey)
    }

    private func resumption(
        _ machine: Machine, service: String, waitFor: MachineRequest.WaitFor, survey: HostSurvey
    ) throws(Refusal) -> Plan {
        let reference = MachineReference(id: machine.id, name: machine.name)
        return Plan(
            service: service, subject: .init(machine),
            StagedSteps(try proven([.resumeMachine(reference)], of: machine, waitFor, survey), on: host),
            recovery: .undo,
            onSuccess: [.setAsked(machine.id, .running, startedAt: machine.startedAt)])
    }

    /// The steps that make it run, between the check before and the proof after them.
    private func proven(
        _ steps: [Step], of machine: Machine, _ waitFor: MachineRequest.WaitFor, _ survey: HostSurvey
    ) throws(Refusal) -> [Step] {
        // The address of an adopted machine is unknown.
        guard waitFor != .started, let address = machine.address, let mac = machine.mac, let bridge = machine.bridge
        else { return steps }
        let proof = Proof(
            machine: MachineReference(id: machine.id, name: machine.name), bridge: bridge, address: address, mac: mac,
            addressing: machine.addressing ?? .ipv4, probe: machine.probe, seconds: machine.bootSeconds, survey: survey)
        return proof.before + steps + (try proof.after(waitFor))
    }

    private func alreadyRunning(_ state: ObservedMachine.State) -> Refusal {
        Refusal(
            .machineAlreadyRunning, .machineName, "\(.machineName) is \(shownName): it is \(state.rawValue) already",
            value: name.shown, host: host.name, machine: name.shown)
    }

    private func notRunning(_ state: ObservedMachine.State, _ words: String) -> Refusal {
        Refusal(
            .machineNotRunning, .machineName, "\(.machineName) is \(shownName): it is \(state.rawValue), \(words)",
            value: name.shown, host: host.name, machine: name.shown)
    }
}
