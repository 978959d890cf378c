import CLibvirt

extension Volume {
    /// Writes a local file into the volume (`virStorageVolUpload`, `virStreamSend`, `virStreamSendHole`).
    ///
    /// It holds one of the connection's calls for as long as it takes, has no deadline, and uses 256 KiB of memory.
    /// Cancelling the task aborts the stream between two chunks (`virStreamAbort`); what was written stays.
    /// - Parameters:
    ///   - path: a regular file on this side.
    ///   - length: how many bytes, from the file's start; all of it when nil.
    ///   - sparse: sends the file's holes as holes (`VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM`). A hole is skipped on the
    ///     host, not zeroed: for new volumes only.
    ///   - progress: told the bytes done so far, holes included, on the call's thread; must not block.
    /// - Throws: `.operationAborted` when cancelled; `.systemError`, `.readFailed` for the local file;
    ///   `.invalidArgument` when it is shorter than `length`.
    public func upload(
        fromFile path: String, length: UInt64? = nil, sparse: Bool = true,
        progress: (@Sendable (UInt64) -> Void)? = nil
    ) async throws(LibvirtError) {
        try await send(sparse: sparse, progress) { (begin, transfer) throws(LibvirtError) in
            let file = try LocalFile(reading: path)
            let available = try file.length()
            let length = length ?? available
            guard length <= available else {
                throw LibvirtError(
                    .invalidArgument, "\(path) has \(available) bytes, not \(length)", call: "virStorageVolUpload")
            }
            var stream = try begin(length)
            try copy(file, length, to: stream, sparse: sparse, transfer)
            try stream.finish()
        }
    }

    /// Writes a few bytes into the volume (`virStorageVolUpload`), for example a seed disk.
    public func upload(bytes: [UInt8]) async throws(LibvirtError) {
        try await send(sparse: false, nil) { (begin, transfer) throws(LibvirtError) in
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

    private func send(
        sparse: Bool, _ progress: (@Sendable (UInt64) -> Void)?,
        _ body:
            @escaping @Sendable ((UInt64) throws(LibvirtError) -> StreamHandle, Transfer) throws(LibvirtError) -> Void
    ) async throws(LibvirtError) {
        let transfer = Transfer("virStorageVolUpload", progress: progress)
        let flags = sparse ? UInt32(VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM.rawValue) : 0
        try await transfer.run { () async throws(LibvirtError) in
            try await perform("virStorageVolUpload", bounded: false) { volume throws(LibvirtError) in
                let begin = { (length: UInt64) throws(LibvirtError) -> StreamHandle in
                    let stream = try StreamHandle(virStorageVolGetConnect(volume))
                    try stream.connect("virStorageVolUpload") { virStorageVolUpload(volume, $0, 0, length, flags) }
                    return stream
                }
                try transfer.checkCancellation()
                try body(begin, transfer)
            }
        }
    }
}

/// Sends the first `length` bytes of `file`.
private func copy(
    _ file: borrowing LocalFile, _ length: UInt64, to stream: borrowing StreamHandle, sparse: Bool, _ transfer: Transfer
) throws(LibvirtError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Transfer.bufferSize, alignment: 16)
    defer { buffer.deallocate() }
    var offset: UInt64 = 0
    while offset < length {
        switch sparse ? try file.extent(at: offset, end: length) : .data(length - offset) {
        case .hole(let hole):
            try stream.sendHole(Int64(hole))
            offset += hole
            try transfer.advanced(to: offset)
        case .data(let data):
            let end = offset + data
            while offset < end {
                let chunk = UnsafeMutableRawBufferPointer(
                    rebasing: buffer.prefix(Int(min(end - offset, UInt64(buffer.count)))))
                try file.read(into: chunk, at: offset)
                try stream.send(UnsafeRawBufferPointer(chunk))
                offset += UInt64(chunk.count)
                try transfer.advanced(to: offset)
            }
        }
    }
}
