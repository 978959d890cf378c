internal import Libvirt
internal import Model

extension LibvirtHosts {
    /// - Throws: `machineNotRunning` if the machine ended in the meantime.
    static func pause(_ machine: MachineReference, _ connection: Connection) async throws {
        try await suspendIfRunning(try domain(machine, connection))
        try await check(machine, connection, is: .paused, "paused")
    }

    /// - Throws: `machineNotRunning` if the machine ended in the meantime, or stops again immediately, with its
    ///   hypervisor's reason.
    static func resume(_ machine: MachineReference, _ connection: Connection) async throws {
        try await resumeIfPaused(try domain(machine, connection))
        try await check(machine, connection, is: .running, "resumed")
    }

    private static func check(
        _ machine: MachineReference, _ connection: Connection, is expected: ObservedMachine.State, _ verb: String
    ) async throws {
        let (state, reason) = try await domain(machine, connection).state()
        let observed = ObservedMachine.State(state)
        // Xen reports a machine that waits for its next interrupt as blocked.
        if observed == expected || (expected == .running && observed.isActive && !observed.isHalted) { return }
        let why = state == .paused ? PauseReason(reason).words.map { " (\($0))" } : nil
        throw Refusal(
            .machineNotRunning, .machineName,
            "machine '\(machine.name)' could not be \(verb): it is \(observed.rawValue)\(why ?? "")",
            value: machine.name)
    }

    /// Suspends a machine. A machine that is already suspended, or does not run, is not changed.
    static func suspendIfRunning(_ domain: Domain) async throws {
        switch try await domain.state().state {
        case .running, .blocked, .shuttingDown: try await domain.suspend()
        case .paused, .powerSaving, .shutOff, .crashed, .noState: return
        }
    }

    /// Resumes a machine. A machine that already executes, or does not run, is not changed.
    static func resumeIfPaused(_ domain: Domain) async throws {
        switch try await domain.state().state {
        case .paused: try await domain.resume()
        case .powerSaving: try await domain.wakeUp()
        case .running, .blocked, .shuttingDown, .shutOff, .crashed, .noState: return
        }
    }
}

/// The reason why a hypervisor paused a machine (`virDomainPausedReason`).
struct PauseReason {
    /// `nil` if no reason is known, or a user requested the pause.
    let words: String?

    init(_ number: Int) {
        words =
            switch number {
            case 2: "it is being moved"
            case 3: "it is being saved"
            case 4: "its memory is being written to a file"
            case 5: "its host could not write to or read from its disk: look for a full or broken storage pool"
            case 6: "its watchdog stopped it"
            case 8: "it is shutting down"
            case 9: "a snapshot of it is being made"
            case 10: "its guest crashed"
            case 11: "it is starting"
            case 12, 13: "the rest of its memory is on another host"
            case 14: "a call about it failed half way"
            default: nil
            }
    }
}
