import Synchronization

/// Threads that may block, in contrast to those of Swift's cooperative pool.
///
/// A thread is created when none is idle, and ends after `idleTime` without work. There is no limit here: each `Lane`
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

    /// Number of threads, idle ones included.
    var count: Int { state.withLock { $0.count } }

    /// Runs `job` on a thread of its own.
    /// - Throws: `.systemError` when the operating system cannot create a thread; the job then never runs.
    func run(_ job: @escaping @Sendable () -> Void) throws(LibvirtError) {
        // Uses the worker that became idle last: its memory is warm, and the others can end.
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

    /// Removes the worker from the idle list. False if a job is on its way to it: then the worker must fetch the job.
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
