import CLibvirt
import Glibc

/// libvirt's event loop: one thread for the process, which keepalive, close callbacks and domain events need.
enum EventLoop {
    /// Starts the library and the loop; later calls give the result of the first.
    /// - Throws: libvirt's error, or `.systemError` when a thread cannot be created.
    static func start() throws(LibvirtError) {
        try started.get()
    }

    private static let started = Result<Void, LibvirtError> { () throws(LibvirtError) in
        try check("virInitialize", virInitialize())
        // libvirt prints every error to stderr by default; here errors are thrown.
        virSetErrorFunc(nil) { _, _ in }
        try check("virEventRegisterDefaultImpl", virEventRegisterDefaultImpl())
        try Thread.start {
            while true {
                // A loop that fails at once must not use a whole core.
                if virEventRunDefaultImpl() < 0 { usleep(10_000) }
            }
        }
    }
}
