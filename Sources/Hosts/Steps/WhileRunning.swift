internal import Libvirt
internal import Model

extension LibvirtHosts {
    /// Waits for `proof`, but only while the machine runs: a machine that ended will never be proven.
    ///
    /// - Throws: the errors of `proof`; `proofFailed` if the machine was observed not to run, or to be paused, several
    ///   times in a row. A Xen guest that reboots does not exist for some seconds.
    static func whileRunning(
        _ machine: MachineReference, _ opened: HostSession.Opened, _ proof: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await proof() }
            group.addTask { try await untilEnded(machine, opened) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private static func untilEnded(_ machine: MachineReference, _ opened: HostSession.Opened) async throws {
        var (count, reason) = (0, "")
        while count < (opened.facts.hypervisor == .xen ? 15 : 3) {
            try await Task.sleep(for: .seconds(1))
            if let words = await failure(of: machine, opened.connection) {
                (count, reason) = (count + 1, words)
            } else {
                count = 0
            }
        }
        throw Refusal(.proofFailed, "machine '\(machine.name)' was started, but \(reason)")
    }

    /// Returns why the machine cannot answer; `nil` while it can. An error of the host says nothing about the machine.
    private static func failure(of machine: MachineReference, _ connection: Connection) async -> String? {
        let ended = "does not run any more: it ended before it answered"
        do {
            let (state, pause) = try await domain(machine, connection).state()
            switch state {
            case .shutOff, .crashed: return ended
            case .paused:
                return "is paused before it answered" + (PauseReason(pause).words.map { ": \($0)" } ?? "")
            default: return nil
            }
        } catch let error as LibvirtError {
            return error.code == .noDomain ? ended : nil
        } catch {
            return nil
        }
    }
}
