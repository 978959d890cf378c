import CLibvirt
import Glibc

/// Starts detached threads, which end by themselves.
enum Thread {
    /// The work of a new thread.
    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` on a new detached thread with `stack` bytes (1 MiB; libvirt itself needs a few dozen KiB).
    /// - Throws: `.systemError` when the operating system cannot create a thread.
    static func start(
        stack: Int = 1 << 20, _ body: @escaping @Sendable () -> Void
    ) throws(LibvirtError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stack)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        let start = Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw LibvirtError.system(result, "no thread for a blocking call", call: "pthread_create")
        }
    }
}
