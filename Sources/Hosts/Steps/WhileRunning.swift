internal import Libvirt
internal import Model

extension LibvirtHosts {
    /// Waits for `proof`, but no longer than the machine runs: one that ended will never be proven.
    ///
    /// - Throws: what `proof` throws; `proofFailed` when the machine was seen not to run, or to stand still, several times in
    ///   a row. A Xen guest that reboots is not there for some seconds.
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
        var (seen, why) = (0, "")
        while seen < (opened.facts.hypervisor == .xen ? 15 : 3) {
            try await Task.sleep(for: .seconds(1))
            if let words = await hindrance(of: machine, opened.connection) {
                (seen, why) = (seen + 1, words)
            } else {
                seen = 0
            }
        }
        throw Refusal(.proofFailed, "machine '\(machine.name)' came to run, but \(why)")
    }

    /// Why it cannot answer; `nil` while it can. A host that cannot be asked just now says nothing about the machine.
    private static func hindrance(of machine: MachineReference, _ connection: Connection) async -> String? {
        let ended = "does not run any more: it ended before it answered"
        do {
            let (state, reason) = try await domain(machine, connection).state()
            switch state {
            case .shutOff, .crashed: return ended
            case .paused:
                return "is paused before it answered" + (PauseReason(reason).words.map { ": \($0)" } ?? "")
            default: return nil
            }
        } catch let error as LibvirtError {
            return error.code == .noDomain ? ended : nil
        } catch {
            return nil
        }
    }
}
