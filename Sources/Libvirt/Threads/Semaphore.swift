import Glibc

/// A semaphore on which one thread sleeps until another wakes it. A wake before the sleep is kept.
///
/// The clock is the monotonic one, so that a change of the time of day wakes no thread.
final class Semaphore: Sendable {
    private struct Parts {
        var mutex = pthread_mutex_t()
        var condition = pthread_cond_t()
        var wakes = 0
    }

    /// `wakes` is accessed under the mutex only; the memory lives as long as this object.
    nonisolated(unsafe) private let parts: UnsafeMutablePointer<Parts>

    init() {
        parts = .allocate(capacity: 1)
        parts.initialize(to: Parts())
        pthread_mutex_init(&parts.pointee.mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(&parts.pointee.condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(&parts.pointee.condition)
        pthread_mutex_destroy(&parts.pointee.mutex)
        parts.deinitialize(count: 1)
        parts.deallocate()
    }

    /// Wakes the sleeper, or ends its next sleep immediately.
    func wake() {
        pthread_mutex_lock(&parts.pointee.mutex)
        parts.pointee.wakes += 1
        pthread_mutex_unlock(&parts.pointee.mutex)
        // After the mutex is free; otherwise the sleeper would wake only to wait for it.
        pthread_cond_signal(&parts.pointee.condition)
    }

    /// Sleeps until woken, at most for `duration` (without limit when nil). False after a timeout.
    func sleep(atMost duration: Duration?) -> Bool {
        let until = duration.map(Self.time(after:))
        pthread_mutex_lock(&parts.pointee.mutex)
        defer { pthread_mutex_unlock(&parts.pointee.mutex) }
        while parts.pointee.wakes == 0 {
            guard var until else {
                pthread_cond_wait(&parts.pointee.condition, &parts.pointee.mutex)
                continue
            }
            let result = pthread_cond_timedwait(&parts.pointee.condition, &parts.pointee.mutex, &until)
            if result != 0, parts.pointee.wakes == 0 { return false }
        }
        parts.pointee.wakes -= 1
        return true
    }

    private static func time(after duration: Duration) -> timespec {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        // Long enough for every caller, without overflow.
        let parts = max(.zero, min(duration, .seconds(1_000_000_000))).components
        let nanoseconds = time.tv_nsec + Int(clamping: parts.attoseconds / 1_000_000_000)
        time.tv_sec += Int(clamping: parts.seconds) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        return time
    }
}
