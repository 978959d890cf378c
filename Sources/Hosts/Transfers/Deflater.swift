internal import CZlib
internal import Synchronization

/// Measures the compressed size of bytes. It compresses as OpenSSH does: earlier data helps to compress later data, and
/// nothing is held back at the end of a packet.
final class Deflater: Sendable {
    /// The level that OpenSSH uses.
    static let ssh: Int32 = 6
    /// The cheapest level. Its output is a little larger than what SSH sends.
    static let fastest: Int32 = 1

    private static let packet = 32 << 10

    private let stream: Mutex<DeflateStream>

    /// `nil` if there is not enough memory.
    init?(level: Int32) {
        guard let stream = DeflateStream(level: level) else { return nil }
        self.stream = Mutex(stream)
    }

    /// Returns how many bytes would be sent for these bytes.
    func size(of bytes: RawSpan) -> Int {
        var (size, start) = (0, 0)
        while start < bytes.byteCount {
            let end = min(start + Self.packet, bytes.byteCount)
            let packet = bytes.extracting(start..<end)
            size += stream.withLock { $0.size(of: packet) }
            start = end
        }
        return size
    }
}

/// The owner of a `z_stream`, which must not move in memory: zlib's own state points back at it.
private struct DeflateStream: ~Copyable {
    private let pointer: UnsafeMutablePointer<z_stream>

    init?(level: Int32) {
        pointer = .allocate(capacity: 1)
        pointer.initialize(to: z_stream())
        guard deflateInit_(pointer, level, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
    }

    deinit {
        deflateEnd(pointer)
        pointer.deallocate()
    }

    /// `deflate` with `Z_PARTIAL_FLUSH`.
    func size(of packet: RawSpan) -> Int {
        packet.withUnsafeBytes { packet in
            pointer.pointee.next_in = UnsafeMutablePointer(
                mutating: packet.baseAddress?.assumingMemoryBound(to: UInt8.self))
            pointer.pointee.avail_in = UInt32(clamping: packet.count)
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4096) { drained(into: $0) }
        }
    }

    private func drained(into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var size = 0
        repeat {
            pointer.pointee.next_out = output.baseAddress
            pointer.pointee.avail_out = UInt32(clamping: output.count)
            deflate(pointer, Z_PARTIAL_FLUSH)
            size += output.count - Int(clamping: pointer.pointee.avail_out)
        } while pointer.pointee.avail_out == 0
        return size
    }
}
