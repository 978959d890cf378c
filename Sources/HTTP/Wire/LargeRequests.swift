internal import Dispatch

/// Where large requests are read and answered: on threads of their own, so that neither a connection's event loop nor one
/// of Swift's few threads is held up. ``BodyBudget`` bounds how many there are.
final class LargeRequests: TaskExecutor {
    private let queue = DispatchQueue(label: "large-requests", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
