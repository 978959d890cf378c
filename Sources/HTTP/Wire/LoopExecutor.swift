internal import NIOCore

/// Runs a connection's tasks on the connection's own event loop, so that a call that is answered from memory needs no
/// thread switch. Nothing here may block: the store and libvirt have threads of their own.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
