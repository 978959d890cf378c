import CLibvirt

/// The owner of a blocking `virStreamPtr`, for the length of one blocking closure. A stream that was neither finished
/// nor aborted is aborted when it is released.
struct StreamHandle: ~Copyable {
    /// Result of `receive`.
    enum Received: Equatable {
        case bytes(Int)
        case hole(Int64)
        case end
    }

    private let pointer: OpaquePointer
    private var isDone = false

    /// `virStreamNew`.
    init(_ connection: OpaquePointer) throws(LibvirtError) {
        pointer = try check("virStreamNew", virStreamNew(connection, 0))
    }

    deinit {
        if !isDone { virStreamAbort(pointer) }
        virStreamFree(pointer)
    }

    /// Passes the stream to the C call that begins the transfer.
    borrowing func connect(_ call: String, _ body: (OpaquePointer) -> Int32) throws(LibvirtError) {
        try check(call, body(pointer))
    }

    /// Sends all bytes (`virStreamSend`).
    borrowing func send(_ bytes: UnsafeRawBufferPointer) throws(LibvirtError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let sent = virStreamSend(pointer, base.assumingMemoryBound(to: CChar.self), rest.count)
            try check("virStreamSend", sent)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(Int(clamping: sent)))
        }
    }

    /// Sends a hole of `length` bytes (`virStreamSendHole`); the stream must be a sparse one.
    borrowing func sendHole(_ length: Int64) throws(LibvirtError) {
        try check("virStreamSendHole", virStreamSendHole(pointer, length, 0))
    }

    /// Receives some bytes or a hole (`virStreamRecvFlags`, `virStreamRecvHole`).
    borrowing func receive(into buffer: UnsafeMutableRawBufferPointer) throws(LibvirtError) -> Received {
        let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
        let flags = UInt32(VIR_STREAM_RECV_STOP_AT_HOLE.rawValue)
        let received = virStreamRecvFlags(pointer, base, buffer.count, flags)
        if received == -3 {
            var length: Int64 = 0
            try check("virStreamRecvHole", virStreamRecvHole(pointer, &length, 0))
            return .hole(length)
        }
        try check("virStreamRecvFlags", received)
        return received == 0 ? .end : .bytes(Int(clamping: received))
    }

    /// Ends the stream after all data, and checks that the other side agrees (`virStreamFinish`).
    mutating func finish() throws(LibvirtError) {
        isDone = true
        try check("virStreamFinish", virStreamFinish(pointer))
    }
}
