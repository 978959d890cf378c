import CLibvirt
import Synchronization

/// An open connection to a hypervisor (`virConnectPtr`), for any number of concurrent tasks.
///
/// Every method runs its C calls on a thread that may block, at most `callsInFlight` of them concurrently; others wait
/// in a queue. A call that has begun cannot be interrupted: cancelling the task ends only a call that still waits for
/// its turn (`.operationAborted`). When a call's deadline passes, the caller gets `.operationTimeout` immediately. The
/// thread stays with the call, and the connection is suspect until the call returns. Whether the call took effect is
/// then unknown.
///
/// A connection without references closes itself.
public final class Connection: Sendable {
    /// The URI it was opened with.
    public let requestedURI: String

    /// The deadline of a method, including the wait for its turn, unless `withDeadline` sets another. Uploads and
    /// downloads have no deadline.
    public let callDeadline: Duration

    /// The end of the connection, whether this side or the daemon closed it.
    public let closed: Closing

    /// The limit of concurrent calls.
    let callsInFlight: Int

    let lane: Lane
    /// For checks that wait behind no other call; one at a time, so that a silent daemon holds at most one thread.
    private let aliveLane = Lane(limit: 1)
    private let handle: Mutex<ConnectionHandle?>
    private let released: OneShot<Int32>
    /// Set when this side begins to close the connection.
    private let closing = OneShot<Bool>()

    @TaskLocal static var deadline: Duration?
    @TaskLocal static var subject: String?

    private init(
        _ uri: String, _ handle: ConnectionHandle, closed: Closing, released: OneShot<Int32>, callDeadline: Duration,
        callsInFlight: Int
    ) {
        requestedURI = uri
        self.callDeadline = callDeadline
        self.handle = Mutex(handle)
        self.released = released
        self.callsInFlight = max(1, callsInFlight)
        lane = Lane(limit: callsInFlight)
        self.closed = closed
    }

    /// Opens a connection (`virConnectOpenAuth`, `virConnectSetKeepAlive`, `virConnectRegisterCloseCallback`).
    ///
    /// When the deadline passes, the caller gets the error immediately, and a connection that opens later is closed. At
    /// most four attempts to open the same URI run concurrently.
    /// - Parameters:
    ///   - uri: for example `qemu+tls://host/system`, `xen+libssh://…`, `test:///default`.
    ///   - deadline: the deadline for opening.
    ///   - readOnly: whether calls that change something are refused (`VIR_CONNECT_RO`).
    ///   - callDeadline: the deadline for each later call.
    ///   - callsInFlight: the limit of concurrent calls.
    /// - Throws: `.operationTimeout`, also while calls hang in four closed connections to the URI; `.authFailed`;
    ///   `.noConnect`, `.systemError`, `.rpc`, `.tls`, `.libssh` and other codes, depending on the transport.
    public static func open(
        _ uri: String, deadline: Duration = .seconds(5), keepAlive: KeepAlive = KeepAlive(), readOnly: Bool = false,
        callDeadline: Duration = .seconds(30), callsInFlight: Int = 4
    ) async throws(LibvirtError) -> Connection {
        try checkText("virConnectOpenAuth", "the URI", uri)
        guard HungConnections.count(uri) < HungConnections.most else {
            throw LibvirtError(
                .operationTimeout, "calls hang in \(HungConnections.most) connections that were closed",
                call: "virConnectOpenAuth")
        }
        let closed = Closing()
        let released = OneShot<Int32>()
        let handle = try await Call.run("virConnectOpenAuth", in: OpeningLanes.lane(uri), deadline: deadline) {
            () throws(LibvirtError) in
            try ConnectionHandle(
                opening: uri, readOnly: readOnly, keepAlive: keepAlive, closing: closed, released: released)
        }
        return Connection(
            uri, handle, closed: closed, released: released, callDeadline: callDeadline, callsInFlight: callsInFlight)
    }

    /// Closes the connection (`virConnectClose`). Calls in progress end first; new ones get `.invalidConnection`.
    ///
    /// Returns when the connection is closed, or after `callDeadline` if a call is stuck, or immediately if the task is
    /// cancelled; the connection is closed in every case. Closing is idempotent.
    public func close() async {
        await closeCountingReferences()
    }

    /// Closes, and returns how many references libvirt has left: 0 when nothing leaked, nil when it is not closed yet.
    @discardableResult
    func closeCountingReferences() async -> Int32? {
        let wasOpen = handle.withLock { handle in
            defer { handle = nil }
            return handle != nil
        }
        closing.set(true)
        let left = await withTaskGroup(of: Int32?.self) { [released, callDeadline] group in
            group.addTask { await released.wait() }
            group.addTask {
                try? await Task.sleep(for: callDeadline)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if wasOpen, released.value == nil { HungConnections.add(requestedURI, until: released) }
        return left
    }

    /// Waits until the connection has ended, or this side closes it, or the task is cancelled.
    func awaitEnd() async {
        await withTaskGroup(of: Void.self) { [closed, closing] group in
            group.addTask { _ = await closed.wait() }
            group.addTask { _ = await closing.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    /// Whether a call still holds a thread after its deadline: the host may hang.
    public var isSuspect: Bool { lane.stuck > 0 }

    /// Whether a call about this subject still holds a thread after its deadline. Another call would hold one more of
    /// the few that a daemon serves at once.
    public func hangs(about subject: String) -> Bool { lane.hangs(about: subject) }

    /// Whether the connection is open and its daemon has not been found dead (`virConnectIsAlive`).
    public var isAlive: Bool {
        get async {
            guard closed.reason == nil, let handle = try? held("virConnectIsAlive") else { return false }
            // In a lane of its own: it contacts no daemon, so it need not wait behind uploads.
            let alive = try? await Call.run("virConnectIsAlive", in: aliveLane, deadline: callDeadline) {
                () throws(LibvirtError) in
                defer { withExtendedLifetime(handle) {} }
                return try check("virConnectIsAlive", virConnectIsAlive(handle.pointer))
            }
            return alive == 1
        }
    }

    /// Whether the daemon accepts another connection while this one is open. If it does, a call that hangs here may
    /// wait for one domain only, and the host is well.
    ///
    /// It does not use this connection: in libvirt before 10.4, a thread that calls while another waits in a call on
    /// the same connection may leave behind an event source that points into the other's memory (CVE-2024-4418).
    /// Observed with 9.0, before `ClientLoop` destroyed such sources: the connection's keepalive stopped for good, and the
    /// loss of a host that hung was never detected.
    public func answers(within limit: Duration) async -> Bool {
        guard closed.reason == nil, (try? held("virConnectOpenAuth")) != nil,
            let other = try? await Self.open(requestedURI, deadline: limit)
        else { return false }
        Task { await other.close() }
        return true
    }

    /// Sets the deadline of every call that `body` makes, on any connection, instead of `callDeadline`.
    public func withDeadline<Value>(
        _ deadline: Duration, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async rethrows -> Value {
        try await Self.$deadline.withValue(deadline, operation: body, isolation: isolation)
    }

    /// Names the subject of every call that `body` makes, for ``hangs(about:)``.
    public func concerning<Value>(
        _ subject: String?, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async rethrows -> Value {
        try await Self.$subject.withValue(subject, operation: body, isolation: isolation)
    }

    /// Runs `body` with the C handle on a blocking thread. The handle is valid until `body` returns.
    func perform<Value: Sendable>(
        _ call: String, bounded: Bool = true,
        _ body: @escaping @Sendable (OpaquePointer) throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let handle = try held(call)
        let deadline = bounded ? Self.deadline ?? callDeadline : nil
        return try await Call.run(call, in: lane, deadline: deadline, about: Self.subject) { () throws(LibvirtError) in
            defer { withExtendedLifetime(handle) {} }
            return try body(handle.pointer)
        }
    }

    /// The flags of a list: of active elements, of inactive ones, or none for both.
    static func flags(_ active: Bool?, _ whenActive: UInt32, _ whenInactive: UInt32) -> UInt32 {
        active.map { $0 ? whenActive : whenInactive } ?? 0
    }

    /// The handle, while the connection is open.
    func held(_ call: String) throws(LibvirtError) -> ConnectionHandle {
        guard let handle = handle.withLock({ $0 }) else {
            throw LibvirtError(.invalidConnection, "the connection to \(requestedURI) is closed", call: call)
        }
        return handle
    }
}
