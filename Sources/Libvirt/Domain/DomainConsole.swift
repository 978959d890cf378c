import CLibvirt
import Glibc
import Synchronization

/// An open console of a domain (`virDomainOpenConsole`). It ends with the domain's run, with the connection, or with
/// ``close()``; a console without references closes itself.
public final class DomainConsole: Sendable {
    /// A report of a console.
    public enum Report: Sendable {
        /// What the domain wrote; never empty.
        case bytes([UInt8])
        /// The console was ended by the host, with the error if there was one. The last report.
        case ended(LibvirtError?)
    }

    private let stream: ConsoleStream
    private let lane: Lane
    private let deadline: Duration
    /// Ends the console with its connection: libvirt does not report that to streams.
    private let watch: Task<Void, Never>

    fileprivate init(_ stream: ConsoleStream, of connection: Connection) {
        (self.stream, lane, deadline) = (stream, connection.lane, connection.callDeadline)
        watch = Task {
            await connection.awaitEnd()
            guard !Task.isCancelled else { return }
            stream.end(nil)
            // A connection that this side closes waits for its streams.
            try? BlockingThreads.shared.run { stream.close() }
        }
    }

    deinit {
        watch.cancel()
        let stream = stream
        // Without a thread the stream leaks, until its connection is closed.
        try? BlockingThreads.shared.run { stream.close() }
    }

    /// Sends bytes to the domain (`virStreamSend`), in the order of the calls.
    /// - Throws: `.operationAborted` when the console was closed, or when the connection accepts nothing more.
    public func send(_ bytes: [UInt8]) async throws(LibvirtError) {
        let stream = stream
        try await Call.run("virStreamSend", in: lane, deadline: deadline) { () throws(LibvirtError) in
            try stream.send(bytes)
        }
    }

    /// Closes the console (`virStreamAbort`). Afterwards nothing is reported. Closing is idempotent.
    public func close() async {
        watch.cancel()
        stream.silence()
        let stream = stream
        try? await Call.run("virStreamAbort", in: lane, deadline: deadline) { () throws(LibvirtError) in
            stream.close()
        }
    }
}

extension Domain {
    /// Opens the domain's first console (`virDomainOpenConsole`). A console that another program has open stays with
    /// it.
    /// - Parameter report: called in order on the event loop's thread; must not block.
    /// - Throws: `.operationInvalid` for a domain that does not run; `.operationFailed` while another program has the
    ///   console; `.internalError` for a domain without one; `.noSupport`.
    public func openConsole(
        _ report: @escaping @Sendable (DomainConsole.Report) -> Void
    ) async throws(LibvirtError) -> DomainConsole {
        let handle = try connection.held("virDomainOpenConsole")
        let connection = connection
        return try await perform("virDomainOpenConsole") { domain throws(LibvirtError) in
            let stream = try ConsoleStream(handle, report)
            try stream.open(domain)
            return DomainConsole(stream, of: connection)
        }
    }
}

/// The owner of a console's `virStreamPtr`.
///
/// libvirt counts references to a stream, and its calls may come from all threads, hence `@unchecked Sendable`. libvirt
/// holds this object until the stream's callback is removed.
private final class ConsoleStream: @unchecked Sendable {
    /// The number of pieces after which other streams have their turn.
    private static let mostPieces = 4

    private let pointer: OpaquePointer
    /// For the event loop's thread.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)
    private let connection: ConnectionHandle
    /// `nil` once nothing more is reported.
    private let report: Mutex<(@Sendable (DomainConsole.Report) -> Void)?>
    private let isWatched = Atomic(false)
    private let isOver = Atomic(false)

    /// `virStreamNew`.
    init(
        _ connection: ConnectionHandle, _ report: @escaping @Sendable (DomainConsole.Report) -> Void
    ) throws(LibvirtError) {
        let flags = UInt32(VIR_STREAM_NONBLOCK.rawValue)
        pointer = try check("virStreamNew", virStreamNew(connection.pointer, flags))
        self.connection = connection
        self.report = Mutex(report)
    }

    deinit {
        virStreamFree(pointer)
        buffer.deallocate()
    }

    /// Opens the console and receives what the domain writes, on the calling thread.
    func open(_ domain: OpaquePointer) throws(LibvirtError) {
        try check("virDomainOpenConsole", virDomainOpenConsole(domain, nil, pointer, 0))
        isWatched.store(true, ordering: .relaxed)
        let events =
            VIR_STREAM_EVENT_READABLE.rawValue | VIR_STREAM_EVENT_ERROR.rawValue
            | VIR_STREAM_EVENT_HANGUP.rawValue
        let observer = Unmanaged.passRetained(self)
        let result = virStreamEventAddCallback(
            pointer, CInt(bitPattern: CUnsignedInt(events)), onConsole, observer.toOpaque(),
            { observer in if let observer { Unmanaged<ConsoleStream>.fromOpaque(observer).release() } })
        guard result < 0 else { return }
        let error = LibvirtError.last("virStreamEventAddCallback")
        isWatched.store(false, ordering: .relaxed)
        observer.release()
        close()
        throw error
    }

    /// Receives what is there; runs on the event loop's thread.
    fileprivate func receive() {
        for _ in 0..<Self.mostPieces {
            let count = virStreamRecv(
                pointer, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
            // Nothing more is there.
            if count == -2 { return }
            guard count > 0 else {
                unwatch()
                return end(count < 0 ? LibvirtError.last("virStreamRecv") : nil)
            }
            let bytes = Array(buffer.prefix(Int(clamping: count)))
            report.withLock { $0?(.bytes(bytes)) }
        }
    }

    /// Sends all bytes, on the calling thread.
    func send(_ bytes: [UInt8]) throws(LibvirtError) {
        // Other consoles of the connection wait meanwhile.
        let end = ContinuousClock.now + .seconds(1)
        var rest = bytes[...]
        while !rest.isEmpty {
            guard !isOver.load(ordering: .relaxed), ContinuousClock.now < end else {
                throw LibvirtError(.operationAborted, "the console was closed", call: "virStreamSend")
            }
            let sent = rest.withUnsafeBytes { buffer in
                virStreamSend(pointer, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
            }
            if sent == -2 {
                usleep(1000)
                continue
            }
            try check("virStreamSend", sent)
            rest = rest.dropFirst(Int(clamping: sent))
        }
    }

    /// Reports the end, unless nothing more is reported.
    func end(_ error: LibvirtError?) {
        report.withLock { report in
            report?(.ended(error))
            report = nil
        }
    }

    /// Reports nothing more.
    func silence() { report.withLock { $0 = nil } }

    /// Ends the stream, on the calling thread.
    func close() {
        silence()
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        unwatch()
        virStreamAbort(pointer)
    }

    private func unwatch() {
        if isWatched.exchange(false, ordering: .relaxed) { virStreamEventRemoveCallback(pointer) }
    }
}

/// Runs on the event loop's thread and must not block.
private let onConsole: virStreamEventCallback = { _, _, observer in
    guard let observer else { return }
    Unmanaged<ConsoleStream>.fromOpaque(observer).takeUnretainedValue().receive()
}
