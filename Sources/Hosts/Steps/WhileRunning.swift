internal import Libvirt
internal import Model

extension RealHosts {
    /// Waits for `proof`, but no longer than the machine runs: one that ended will never be proven.
    ///
    /// - Throws: what `proof` throws; `proofFailed` when the machine was seen not to run several times in a row. A Xen
    ///   guest that reboots is not there for some seconds.
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
        var seen = 0
        while seen < (opened.facts.hypervisor == .xen ? 15 : 3) {
            try await Task.sleep(for: .seconds(1))
            seen = await isOff(machine, opened.connection) ? seen + 1 : 0
        }
        throw Refusal(
            .proofFailed, "machine '\(machine.name)' started, but does not run any more: it ended before it answered")
    }

    /// A host that cannot be asked just now says nothing about the machine.
    private static func isOff(_ machine: MachineReference, _ connection: Connection) async -> Bool {
        do {
            return try await !domain(machine, connection).isActive()
        } catch let error as LibvirtError {
            return error.code == .noDomain
        } catch {
            return false
        }
    }
}
