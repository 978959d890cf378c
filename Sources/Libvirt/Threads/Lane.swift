import Synchronization

/// A queue for the blocking calls of one host: at most `limit` run concurrently, the others wait in order.
final class Lane: Sendable {
    /// Work that blocks, and runs once.
    protocol Work: AnyObject, Sendable {
        /// Does the work on the calling thread, unless its caller has left.
        func run()
        /// Ends the work without doing it.
        func refuse(_ error: LibvirtError)
    }

    private struct State {
        var running = 0
        var stuck = 0
        /// Calls that are stuck, by their subject.
        var hung: [String: Int] = [:]
        var waiting: [any Work] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// The number of calls that hold a thread after their callers have left.
    var stuck: Int { state.withLock { $0.stuck } }

    /// Runs `work` on a blocking thread when its turn comes.
    func submit(_ work: any Work) {
        let starts = state.withLock { state in
            guard state.running < limit else {
                state.waiting.append(work)
                return false
            }
            state.running += 1
            return true
        }
        guard starts else { return }
        do throws(LibvirtError) {
            try BlockingThreads.shared.run { self.drain(from: work) }
        } catch {
            work.refuse(error)
            // Queued work would wait for a thread that never comes.
            while let next = next() { next.refuse(error) }
        }
    }

    /// Removes work that has not begun.
    func withdraw(_ work: any Work) {
        state.withLock { $0.waiting.removeAll { $0 === work } }
    }

    /// Whether a call about this subject holds a thread after its caller has left.
    func hangs(about subject: String) -> Bool { state.withLock { $0.hung[subject] != nil } }

    /// Counts a running call that its caller left (`by: 1`), or that returned after all (`by: -1`).
    func countStuck(by change: Int, about subject: String?) {
        state.withLock { state in
            state.stuck += change
            guard let subject else { return }
            let count = (state.hung[subject] ?? 0) + change
            state.hung[subject] = count > 0 ? count : nil
        }
    }

    private func drain(from first: any Work) {
        first.run()
        while let next = next() { next.run() }
    }

    private func next() -> (any Work)? {
        state.withLock { state in
            guard let first = state.waiting.first else {
                state.running -= 1
                return nil
            }
            state.waiting.removeFirst()  // fits: it has a first
            return first
        }
    }
}
