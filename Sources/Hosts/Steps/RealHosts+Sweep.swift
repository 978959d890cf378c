internal import Control
internal import Libvirt
package import Model

extension RealHosts {
    package nonisolated func imageCopies(on node: Node) async throws(Refusal) -> [ObservedCopy] {
        try await with(node) { opened in
            guard opened.facts.hypervisor != .test else { return [] }
            return try await CopyUses(of: opened.connection).copies()
        }
    }

    /// Looks at everything once more, then removes what nobody points at. Between the look and the removal of the last
    /// copy a stranger may still begin to use one: libvirt has no lock for that.
    ///
    /// - Throws: only before anything was removed.
    static func sweep(_ copies: [SweptCopy], _ connection: Connection) async throws -> StepOutcome {
        let found = try await CopyUses(of: connection).copies()
        let there = Dictionary(found.map { ($0.volume, $0) }) { first, _ in first }
        var outcome = StepOutcome()
        for copy in copies {
            if let observed = there[copy.volume] {
                try await removal(observed, connection, &outcome)
            } else {
                outcome.swept[copy.volume] = 0
            }
        }
        return outcome
    }

    private static func removal(_ copy: ObservedCopy, _ connection: Connection, _ outcome: inout StepOutcome)
        async throws
    {
        if let use = copy.uses.first {
            outcome.kept[copy.volume] = use
        } else if Task.isCancelled {
            outcome.kept[copy.volume] = "the operation was cancelled before its turn came"
        } else if await isRemoved(copy.volume, connection) {
            outcome.swept[copy.volume] = copy.bytes
        }
    }

    /// Otherwise it may be gone all the same, so that the store's word for it is not given back.
    private static func isRemoved(_ volume: VolumeName, _ connection: Connection) async -> Bool {
        do {
            try await Volumes(connection).remove(volume)
            return true
        } catch {
            return false
        }
    }
}
