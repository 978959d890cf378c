internal import Synchronization

/// The progress of the step that runs at present.
final class LiveProgress: Sendable {
    private let current = Mutex<StepProgress?>(nil)

    func next(resumesAt: Int64 = 0) -> StepProgress {
        let progress = StepProgress(resumesAt: resumesAt)
        current.withLock { $0 = progress }
        return progress
    }

    func clear() { current.withLock { $0 = nil } }

    var step: StepProgress? { current.withLock { $0 } }
}
