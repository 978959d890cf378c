import CLibvirt

extension Volume {
    /// Reads the volume into a new local file (`virStorageVolDownload`, `virStreamRecvFlags`, `virStreamRecvHole`).
    ///
    /// Like an upload, it has no deadline, uses 252 KiB of memory and can be cancelled. The file is removed if anything
    /// fails.
    /// - Parameters:
    ///   - path: must not exist; only its owner may use it.
    ///   - sparse: keeps holes as holes (`VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM`).
    ///   - progress: called with the bytes done so far, holes included, on the call's thread; must not block.
    /// - Returns: the length in bytes.
    @discardableResult
    public func download(
        toFile path: String, sparse: Bool = true, progress: (@Sendable (UInt64) -> Void)? = nil
    ) async throws(LibvirtError) -> UInt64 {
        let transfer = Transfer("virStorageVolDownload") { done, _ in progress?(done) }
        return try await receive(sparse: sparse, transfer) { stream throws(LibvirtError) in
            let file = try LocalFile(creating: path)
            do throws(LibvirtError) {
                let length = try drain(stream, transfer) { (bytes, offset) throws(LibvirtError) in
                    try file.write(bytes, at: offset)
                }
                try file.truncate(to: length)
                try stream.finish()
                return length
            } catch {
                file.remove()
                throw error
            }
        }
    }

    /// Reads a small volume (`virStorageVolDownload`).
    /// - Parameter limit: the maximum number of bytes; a longer volume is refused with `.overflow`.
    public func download(limit: Int = 16 << 20) async throws(LibvirtError) -> [UInt8] {
        let transfer = Transfer("virStorageVolDownload", progress: nil)
        return try await receive(sparse: false, transfer) { stream throws(LibvirtError) in
            var content: [UInt8] = []
            _ = try drain(stream, transfer) { (bytes, _) throws(LibvirtError) in
                guard content.count + bytes.count <= limit else {
                    throw LibvirtError(
                        .overflow, "the volume has more than \(limit) bytes", call: "virStorageVolDownload")
                }
                content.append(contentsOf: bytes)
            }
            try stream.finish()
            return content
        }
    }

    private func receive<Value: Sendable>(
        sparse: Bool, _ transfer: Transfer,
        _ body: @escaping @Sendable (inout StreamHandle) throws(LibvirtError) -> Value
    ) async throws(LibvirtError) -> Value {
        let flags = sparse ? UInt32(VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM.rawValue) : 0
        return try await transfer.run { () async throws(LibvirtError) in
            try await perform("virStorageVolDownload", bounded: false) { volume throws(LibvirtError) in
                try transfer.checkCancellation()
                var stream = try StreamHandle(virStorageVolGetConnect(volume))
                try stream.connect("virStorageVolDownload") { virStorageVolDownload(volume, $0, 0, 0, flags) }
                return try body(&stream)
            }
        }
    }
}

/// Receives everything; returns the length, holes included.
private func drain(
    _ stream: borrowing StreamHandle, _ transfer: Transfer,
    _ write: (UnsafeRawBufferPointer, UInt64) throws(LibvirtError) -> Void
) throws(LibvirtError) -> UInt64 {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Transfer.bufferSize, alignment: 16)
    defer { buffer.deallocate() }
    var (offset, moved): (UInt64, UInt64) = (0, 0)
    while true {
        switch try stream.receive(into: buffer) {
        case .end: return offset
        case .hole(let length): offset = try ahead(offset, by: length)
        case .bytes(let count):
            try write(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), offset)
            offset = try ahead(offset, by: Int64(count))
            moved += UInt64(count)
        }
        try transfer.advanced(to: offset, moved: moved)
    }
}

/// The position of a stream after more bytes; a file has at most 2^63 - 1.
///
/// - Throws: `.overflow` for a length that no file can have: the number comes from the host.
func ahead(_ offset: UInt64, by length: Int64) throws(LibvirtError) -> UInt64 {
    guard let length = UInt64(exactly: length), length <= UInt64(Int64.max) - min(offset, UInt64(Int64.max)) else {
        throw LibvirtError(
            .overflow, "the volume's stream goes on for \(length) bytes after \(offset)", call: "virStreamRecv")
    }
    return offset + length
}
