import Synchronization

/// Threads that may block, apart from Swift's cooperative pool, which may not.
///
/// A thread is made when none is idle and ends after `idleTime` without work. There is no limit here: each `Lane`
/// limits its own host, so that a host that hangs holds no thread of another host.
final class BlockingThreads: Sendable {
    static let shared = BlockingThreads(idleTime: .seconds(10))

    /// The mailbox of one thread.
    private final class Worker: Sendable {
        let semaphore = Semaphore()
        let job = Mutex<(@Sendable () -> Void)?>(nil)
    }

    private struct State {
        var idle: [Worker] = []
        var count = 0
    }

    private let idleTime: Duration
    private let state = Mutex(State())

    init(idleTime: Duration) {
        self.idleTime = idleTime
    }

    /// How many threads there are, idle ones included.
    var count: Int { state.withLock { $0.count } }

    /// Runs `job` on a thread of its own.
    /// - Throws: `.systemError` when the operating system gives no thread; the job then never runs.
    func run(_ job: @escaping @Sendable () -> Void) throws(LibvirtError) {
        // The worker idle for the shortest time goes first: its memory is warm, and the others may end.
        let idle = state.withLock { state -> Worker? in
            guard let worker = state.idle.popLast() else {
                state.count += 1
                return nil
            }
            return worker
        }
        if let idle {
            idle.job.withLock { $0 = job }
            idle.semaphore.wake()
            return
        }
        do {
            try Thread.start { self.work(first: job) }
        } catch {
            state.withLock { $0.count -= 1 }
            throw error
        }
    }

    private func work(first: @escaping @Sendable () -> Void) {
        let worker = Worker()
        first()
        while true {
            state.withLock { $0.idle.append(worker) }
            if !worker.semaphore.sleep(atMost: idleTime), retire(worker) { return }
            let job = worker.job.withLock { job in
                defer { job = nil }
                return job
            }
            job?()
        }
    }

    /// Takes the worker off the list. False when a job was on its way to it: then it has to fetch it.
    private func retire(_ worker: Worker) -> Bool {
        let retired = state.withLock { state in
            guard let index = state.idle.firstIndex(where: { $0 === worker }) else { return false }
            state.idle.remove(at: index)
            state.count -= 1
            return true
        }
        if !retired { _ = worker.semaphore.sleep(atMost: nil) }
        return retired
    }
}
