internal import Control
internal import Model

extension SimulatedHost {
    /// - Throws: `storageFull`.
    mutating func send(_ send: SendImage) throws(Refusal) -> StepOutcome {
        guard volumes.contains(send.volume) || send.file.size <= available else {
            throw Refusal(.storageFull, "the host has no room left")
        }
        volumes.insert(send.volume)
        sizes[send.volume] = send.file.size
        return StepOutcome(sentBytes: send.file.size)
    }

    mutating func undoSend(_ send: SendImage) { remove(send.volume) }

    /// Removes copies that nothing uses; this cannot be undone.
    mutating func prune(_ copies: [PrunedCopy]) -> StepOutcome {
        var outcome = StepOutcome()
        for copy in copies {
            if let use = self.copies.first(where: { $0.volume == copy.volume })?.uses.first {
                outcome.kept[copy.volume] = use
            } else {
                outcome.pruned[copy.volume] = sizes[copy.volume] ?? 0
                remove(copy.volume)
            }
        }
        return outcome
    }
}
