internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A few threads that callers share in turns: one piece of work for each caller, then the next, however much work a
/// caller has queued. No caller uses more than half of the threads at the same time.
final class TurnThreads: Sendable {
    private struct Caller {
        var waiting = CircularBuffer<@Sendable () -> Void>()
        var running = 0
        var hasTurn = false
    }

    private struct State {
        var callers: [String: Caller] = [:]
        /// Callers that may begin a piece of work, in order.
        var turns = CircularBuffer<String>()
        var threads = 0
    }

    let count: Int
    /// Maximum number of threads that one caller uses at the same time.
    let share: Int
    private let state = Mutex(State())
    /// Never shut down.
    private let pool: NIOThreadPool

    /// - Parameter count: number of threads; more than processors, so that a short piece of work gets its turn among
    ///   several long ones.
    init(count: Int = max(4, System.coreCount)) {
        self.count = max(1, count)
        share = max(1, count / 2)
        pool = NIOThreadPool(numberOfThreads: self.count)
        pool.start()
    }

    func submit(for name: String, _ work: @escaping @Sendable () -> Void) {
        let begins = state.withLock { state in
            state.callers[name, default: Caller()].waiting.append(work)
            giveTurn(name, &state)
            guard state.threads < count, !state.turns.isEmpty else { return false }
            state.threads += 1
            return true
        }
        if begins { pool.submit { _ in self.work() } }
    }

    private func work() {
        var done: String?
        while let (name, work) = next(after: done) {
            work()
            done = name
        }
    }

    private func next(after done: String?) -> (String, @Sendable () -> Void)? {
        state.withLock { state in
            if let done { end(done, &state) }
            guard let name = state.turns.popFirst(), var caller = state.callers[name],
                let work = caller.waiting.popFirst()
            else {
                state.threads -= 1
                return nil
            }
            caller.running += 1
            caller.hasTurn = false
            state.callers[name] = caller
            giveTurn(name, &state)
            return (name, work)
        }
    }

    private func end(_ name: String, _ state: inout State) {
        state.callers[name]?.running -= 1
        if let caller = state.callers[name], caller.running == 0, caller.waiting.isEmpty {
            state.callers[name] = nil
        } else {
            giveTurn(name, &state)
        }
    }

    private func giveTurn(_ name: String, _ state: inout State) {
        guard let caller = state.callers[name], !caller.hasTurn, !caller.waiting.isEmpty, caller.running < share else {
            return
        }
        state.callers[name]?.hasTurn = true
        state.turns.append(name)
    }
}
