import Glibc
import Synchronization

/// Corrects a fault of libvirt before 10.4 that can end the process (CVE-2024-4418).
///
/// A thread that waits for an answer attaches an event source to its connection's loop, with a pointer into its own
/// stack, and runs the loop (`virNetClientIOEventLoop` in `src/rpc/virnetclient.c`). If another call or the
/// connection's keepalive wakes it first, libvirt forgets to destroy the source, which then fires in a later call, when
/// that part of the stack has another use.
///
/// Two functions of GLib are defined here again. The dynamic linker gives them to libvirt in place of GLib's own, which
/// they call; after a loop, they destroy the source that its thread has attached, as libvirt 10.4 does itself.
enum ClientLoop {
    /// The address of the source that each thread has attached last, with a reference to it, until the thread runs a
    /// loop.
    private static let attached = Mutex<[UInt: UInt]>([:])
    private static let count = Mutex(0)

    /// The number of sources that libvirt had forgotten.
    static var repairs: Int { count.withLock { $0 } }

    fileprivate static func attach(_ source: OpaquePointer?, _ context: OpaquePointer?) -> UInt32 {
        // Sources of the priority 0 wait for the socket; those that wake a thread have another one.
        if let source, context != nil, GLib.priority?(source) == 0, GLib.ref?(source) != nil {
            let address = UInt(bitPattern: source)
            let before = attached.withLock { $0.updateValue(address, forKey: pthread_self()) }
            if let before { GLib.unref?(OpaquePointer(bitPattern: before)) }
        }
        return GLib.attach?(source, context) ?? 0
    }

    fileprivate static func run(_ loop: OpaquePointer?) {
        let address = attached.withLock { $0.removeValue(forKey: pthread_self()) }
        GLib.run?(loop)
        guard let source = address.flatMap(OpaquePointer.init(bitPattern:)) else { return }
        if GLib.isDestroyed?(source) == 0 {
            GLib.destroy?(source)
            count.withLock { $0 += 1 }
        }
        GLib.unref?(source)
    }
}

/// For libvirt alone: takes the place of GLib's `g_source_attach`.
@_cdecl("g_source_attach")
package func attachClientSource(_ source: OpaquePointer?, _ context: OpaquePointer?) -> UInt32 {
    ClientLoop.attach(source, context)
}

/// For libvirt alone: takes the place of GLib's `g_main_loop_run`.
@_cdecl("g_main_loop_run")
package func runClientLoop(_ loop: OpaquePointer?) { ClientLoop.run(loop) }

/// GLib's own functions, which libvirt has loaded. `nil` is never seen: libvirt needs them as well.
private enum GLib {
    typealias OnSource = @convention(c) (OpaquePointer?) -> Void
    typealias OfSource = @convention(c) (OpaquePointer?) -> Int32

    static let attach = function(
        "g_source_attach", as: (@convention(c) (OpaquePointer?, OpaquePointer?) -> UInt32).self)
    static let run = function("g_main_loop_run", as: OnSource.self)
    static let destroy = function("g_source_destroy", as: OnSource.self)
    static let isDestroyed = function("g_source_is_destroyed", as: OfSource.self)
    static let priority = function("g_source_get_priority", as: OfSource.self)
    static let ref = function("g_source_ref", as: (@convention(c) (OpaquePointer?) -> OpaquePointer?).self)
    static let unref = function("g_source_unref", as: OnSource.self)

    private static func function<Function>(_ name: String, as type: Function.Type) -> Function? {
        // RTLD_NEXT, a macro that Swift cannot see: the next definition behind this program's own.
        dlsym(UnsafeMutableRawPointer(bitPattern: -1), name).map { unsafeBitCast($0, to: type) }
    }
}
