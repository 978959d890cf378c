internal import Glibc
internal import Model
internal import Synchronization

/// Kills or pauses this process in the middle of an operation, for tests.
final class FaultPoint: Sendable {
    private let crashAfter: Int?
    private let holdAfter: Int?
    private let folder: String
    private let written = Atomic<Int>(0)

    init(_ settings: ServerSettings) {
        crashAfter = settings.crashAfterEntries
        holdAfter = settings.holdAfterEntries
        folder = settings.data
    }

    @Sendable func reached(_ entry: JournalEntry) async {
        let count = written.add(1, ordering: .relaxed).newValue
        if count == crashAfter { kill(getpid(), SIGKILL) }
        guard count == holdAfter else { return }
        close(open(folder + "/held", O_CREAT | O_WRONLY, 0o600))
        while access(folder + "/hold", F_OK) == 0 { try? await Task.sleep(for: .milliseconds(20)) }
    }
}
