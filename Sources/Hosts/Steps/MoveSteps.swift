internal import Control
internal import Model

extension StepHost {
    func move(_ move: MoveMachine, _ progress: StepProgress) async throws -> StepOutcome {
        try await hosts.ends(of: move).perform(progress)
    }

    func undoMove(_ move: MoveMachine) async throws { try await hosts.ends(of: move).undo() }
}
