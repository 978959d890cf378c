import CLibvirt
import Glibc

extension Volume {
    /// Writes a local file into the volume (`virStorageVolUpload`, `virStreamSend`, `virStreamSendHole`).
    ///
    /// It occupies one of the connection's calls for its whole duration, has no deadline, and uses 252 KiB of memory.
    /// Cancelling the task aborts the stream between two chunks (`virStreamAbort`); written data stays.
    /// - Parameters:
    ///   - path: a regular file on this side.
    ///   - length: the end of the part of the file that is sent; the file's length when nil.
    ///   - offset: the first byte, in the file and in the volume, such as the position of a broken transfer.
    ///   - sparse: sends holes and blocks of zeros as holes (`VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM`). The host skips a
    ///     hole and does not zero it: for new volumes only.
    ///   - progress: called with the position, from the file's start and holes included, and the number of bytes that
    ///     were sent, without holes; on the call's thread; must not block.
    ///   - pace: called before each piece of data (not holes) of at most 252 KiB; returns how long to wait; on the
    ///     call's thread; must not block.
    ///   - until: called after each piece and hole; returns whether to end at the last position of `progress`; the
    ///     stream is finished, so that everything before is written. All is sent when nil.
    /// - Returns: the number of bytes that were sent.
    /// - Throws: `.operationAborted` when cancelled; `.systemError`, `.readFailed` for the local file;
    ///   `.invalidArgument` when it is shorter than `length`.
    @discardableResult
    public func upload(
        fromFile path: String, length: UInt64? = nil, from offset: UInt64 = 0, sparse: Bool = true,
        progress: (@Sendable (_ done: UInt64, _ sent: UInt64) -> Void)? = nil,
        pace: (@Sendable (_ piece: RawSpan) -> Duration)? = nil, until: (@Sendable () -> Bool)? = nil
    ) async throws(LibvirtError) -> UInt64 {
        let transfer = Transfer("virStorageVolUpload", progress: progress, pace: pace, until: until)
        return try await send(from: offset, sparse: sparse, transfer) { begin throws(LibvirtError) in
            let file = try LocalFile(reading: path)
            let available = try file.length()
            let length = length ?? available
            guard length <= available, offset <= length else {
                throw LibvirtError(
                    .invalidArgument, "\(path) has \(available) bytes, not \(offset) to \(length)",
                    call: "virStorageVolUpload")
            }
            var stream = try begin(length - offset)
            let sent = try copy(file, offset..<length, to: stream, sparse: sparse, transfer)
            try stream.finish()
            return sent
        }
    }

    /// Writes a few bytes into the volume (`virStorageVolUpload`), for example a seed disk.
    public func upload(bytes: [UInt8]) async throws(LibvirtError) {
        let transfer = Transfer("virStorageVolUpload", progress: nil)
        try await send(from: 0, sparse: false, transfer) { begin throws(LibvirtError) in
            var stream = try begin(UInt64(bytes.count))
            var offset = 0
            while offset < bytes.count {
                let end = min(offset + Transfer.bufferSize, bytes.count)
                let result = bytes.withUnsafeBytes { all in
                    Result { () throws(LibvirtError) in
                        try stream.send(UnsafeRawBufferPointer(rebasing: all[offset..<end]))
                    }
                }
                try result.get()
                offset = end
                try transfer.checkCancellation()
            }
            try stream.finish()
        }
    }

    private func send<Sent: Sendable>(
        from offset: UInt64, sparse: Bool, _ transfer: Transfer,
        _ body: @escaping @Sendable ((UInt64) throws(LibvirtError) -> StreamHandle) throws(LibvirtError) -> Sent
    ) async throws(LibvirtError) -> Sent {
        let flags = sparse ? UInt32(VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM.rawValue) : 0
        return try await transfer.run { () async throws(LibvirtError) in
            try await perform("virStorageVolUpload", bounded: false) { volume throws(LibvirtError) in
                let begin = { (length: UInt64) throws(LibvirtError) -> StreamHandle in
                    let stream = try StreamHandle(virStorageVolGetConnect(volume))
                    try stream.connect("virStorageVolUpload") { virStorageVolUpload(volume, $0, offset, length, flags) }
                    return stream
                }
                try transfer.checkCancellation()
                return try body(begin)
            }
        }
    }
}

/// Sends a part of `file`, and returns the bytes of data in it, without holes.
private func copy(
    _ file: borrowing LocalFile, _ part: Range<UInt64>, to stream: borrowing StreamHandle, sparse: Bool,
    _ transfer: Transfer
) throws(LibvirtError) -> UInt64 {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Transfer.bufferSize, alignment: 16)
    defer { buffer.deallocate() }
    let length = part.upperBound
    var (offset, sent): (UInt64, UInt64) = (part.lowerBound, 0)
    // Sent before the next data, so that many small holes cost one message.
    var hole: UInt64 = 0
    while offset < length, !transfer.isEnough {
        switch sparse ? try file.extent(at: offset, end: length) : .data(length - offset) {
        case .hole(let length):
            hole += length
            offset += length
            try transfer.advanced(to: offset, moved: sent)
        case .data(let data):
            let end = offset + data
            while offset < end, !transfer.isEnough {
                let chunk = UnsafeMutableRawBufferPointer(
                    rebasing: buffer.prefix(Int(clamping: min(end - offset, UInt64(clamping: buffer.count)))))
                try file.read(into: chunk, at: offset)
                offset += UInt64(chunk.count)
                if sparse, isZero(chunk) {
                    hole += UInt64(chunk.count)
                } else {
                    if hole > 0 { try stream.sendHole(Int64(clamping: hole)) }
                    hole = 0
                    try transfer.awaitTurn(of: UnsafeRawBufferPointer(chunk))
                    try stream.send(UnsafeRawBufferPointer(chunk))
                    sent += UInt64(chunk.count)
                }
                try transfer.advanced(to: offset, moved: sent)
            }
        }
    }
    if hole > 0 { try stream.sendHole(Int64(clamping: hole)) }
    return sent
}

/// Whether a piece of data is all zeros. It compares the piece with itself, one byte further, at the speed of `memcmp`.
private func isZero(_ bytes: UnsafeMutableRawBufferPointer) -> Bool {
    guard let first = bytes.baseAddress else { return true }
    return bytes[0] == 0 && memcmp(first, first + 1, bytes.count - 1) == 0
}
