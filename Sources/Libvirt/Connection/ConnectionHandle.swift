import CLibvirt
import Synchronization

/// The only owner of a `virConnectPtr`.
///
/// libvirt counts references to a connection, and all threads may use it, hence `@unchecked Sendable`. A call keeps
/// this object alive; after the last reference the connection is closed on a blocking thread.
final class ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
    private let closing: Closing
    private let released: OneShot<Int32>
    private let events = Mutex<Set<Int32>>([])

    /// Opens a connection on the calling thread, which blocks (`virConnectOpenAuth`).
    /// - Parameter released: called after the close with the number of references that are left (0 when nothing leaks).
    init(
        opening uri: String, readOnly: Bool, keepAlive: KeepAlive, closing: Closing, released: OneShot<Int32>
    ) throws(LibvirtError) {
        try EventLoop.start()
        let flags = readOnly ? UInt32(VIR_CONNECT_RO.rawValue) : 0
        pointer = try check("virConnectOpenAuth", virConnectOpenAuth(uri, nil, flags))
        self.closing = closing
        self.released = released
        do throws(LibvirtError) {
            if keepAlive.interval > 0 {
                try check(
                    "virConnectSetKeepAlive", virConnectSetKeepAlive(pointer, keepAlive.interval, keepAlive.count))
            }
        } catch LibvirtError.Code.noSupport {
            // A driver without a daemon has no keepalive.
        }
        try registerClose()
    }

    deinit {
        let work = Release(pointer: pointer, events: events.withLock { $0 }, closing: closing, released: released)
        do {
            try BlockingThreads.shared.run { work.run() }
        } catch {
            // There is no thread: the connection leaks, which is better than to block a thread that must not block.
            released.set(-1)
        }
    }

    /// Records an event registration, which ends with the connection. False when it is recorded already.
    func keep(event id: Int32) {
        events.withLock { _ = $0.insert(id) }
    }

    /// Ends an event registration on the calling thread (`virConnectDomainEventDeregisterAny`).
    func drop(event id: Int32) {
        guard events.withLock({ $0.remove(id) }) != nil else { return }
        virConnectDomainEventDeregisterAny(pointer, id)
    }

    private func registerClose() throws(LibvirtError) {
        let observer = Unmanaged.passRetained(closing.shot)
        let result = virConnectRegisterCloseCallback(
            pointer, onClose, observer.toOpaque(),
            { observer in
                if let observer { Unmanaged<OneShot<CloseReason>>.fromOpaque(observer).release() }
            })
        guard result < 0 else { return }
        let error = LibvirtError.last("virConnectRegisterCloseCallback")
        observer.release()
        if !error.code.meansUnsupported { throw error }
    }
}

/// The cleanup of a connection without users.
private struct Release: @unchecked Sendable {
    let pointer: OpaquePointer
    let events: Set<Int32>
    let closing: Closing
    let released: OneShot<Int32>

    func run() {
        // Both kinds of registration hold a reference of their own, which would keep the connection open.
        for id in events { virConnectDomainEventDeregisterAny(pointer, id) }
        virConnectUnregisterCloseCallback(pointer, onClose)
        let left = virConnectClose(pointer)
        closing.shot.set(.client)
        released.set(left)
    }
}

private let onClose: virConnectCloseFunc = { _, reason, observer in
    guard let observer else { return }
    Unmanaged<OneShot<CloseReason>>.fromOpaque(observer).takeUnretainedValue().set(CloseReason(reason))
}
