import Synchronization

/// One thread that runs a closure when its deadline passes: for many short calls cheaper than a sleeping task each.
final class Deadlines: Sendable {
    static let shared = Deadlines()

    /// Identifies a pending deadline, to cancel it.
    struct Ticket: Sendable, Hashable {
        fileprivate let number: UInt64
    }

    private struct Entry {
        let due: ContinuousClock.Instant
        let fire: @Sendable () -> Void
    }

    private struct State {
        var next: UInt64 = 0
        var entries: [UInt64: Entry] = [:]
        var wakesAt: ContinuousClock.Instant?
        var runs = false
    }

    private let state = Mutex(State())
    private let semaphore = Semaphore()

    /// Calls `fire` on the deadline thread after `duration`; `fire` must not block.
    /// - Throws: `.systemError` when the thread cannot be started.
    func add(after duration: Duration, _ fire: @escaping @Sendable () -> Void) throws(LibvirtError) -> Ticket {
        let due = ContinuousClock.now + duration
        let (ticket, starts, wakes) = state.withLock { state -> (Ticket, Bool, Bool) in
            let number = state.next
            state.next += 1
            state.entries[number] = Entry(due: due, fire: fire)
            let starts = !state.runs
            state.runs = true
            guard let wakesAt = state.wakesAt else { return (Ticket(number: number), starts, !starts) }
            return (Ticket(number: number), starts, due < wakesAt)
        }
        if starts {
            do {
                try Thread.start { self.watch() }
            } catch {
                state.withLock { state in
                    state.runs = false
                    state.entries[ticket.number] = nil
                }
                throw error
            }
        } else if wakes {
            semaphore.wake()
        }
        return ticket
    }

    /// Cancels a deadline. It may fire at the same time.
    func remove(_ ticket: Ticket) {
        _ = state.withLock { $0.entries.removeValue(forKey: ticket.number) }
    }

    private func watch() -> Never {
        while true {
            let now = ContinuousClock.now
            let (due, pause) = state.withLock { state -> ([@Sendable () -> Void], Duration?) in
                let past = state.entries.filter { $0.value.due <= now }
                for number in past.keys { state.entries[number] = nil }
                state.wakesAt = state.entries.values.map(\.due).min()
                return (past.values.map(\.fire), state.wakesAt.map { now.duration(to: $0) })
            }
            for fire in due { fire() }
            if due.isEmpty { _ = semaphore.sleep(atMost: pause) }
        }
    }
}
