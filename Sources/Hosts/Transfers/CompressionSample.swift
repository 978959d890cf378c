internal import Glibc
internal import SystemPackage

/// The results of compressing pieces of a file.
struct CompressionSample: Sendable, Equatable {
    /// The share of data that is not zeros and has to be sent: 0 to 1.
    var dataShare: Double
    /// The compressed size of a byte of data.
    var ratio: Double
    /// The bytes of data that zlib compresses per second on this machine now.
    var bytesPerSecond: Double
}

extension CompressionSample {
    private static let piece = 32 << 10
    /// The maximum number of pieces: 4 MiB are read and compressed, in about a tenth of a second.
    private static let most = 128

    /// Compresses pieces that are distributed evenly over a part of a file.
    ///
    /// - Returns: `nil` if the file cannot be read, or all pieces are zeros.
    static func taken(of path: String, in part: Range<Int64>) async -> CompressionSample? {
        let count = min(Int64(clamping: most), Int64(clamping: part.count) / Int64(clamping: piece))
        guard count > 0, let deflater = Deflater(level: Deflater.ssh),
            let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        else { return nil }
        defer { try? file.close() }
        let pieces = (0..<count).map { part.lowerBound + Int64(part.count) / count * $0 }
        var totals = Totals()
        for offset in pieces {
            guard !Task.isCancelled, totals.add(file, offset, deflater) else { return nil }
            // Let other tasks use this thread in between.
            await Task.yield()
        }
        return totals.sample(of: pieces.count)
    }

    private struct Totals {
        var (data, compressed) = (0, 0)
        var time = Duration.zero

        /// - Returns: whether the file could be read.
        mutating func add(_ file: FileDescriptor, _ offset: Int64, _ deflater: Deflater) -> Bool {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 16)
            defer { buffer.deallocate() }
            guard (try? file.read(fromAbsoluteOffset: offset, into: buffer)) == piece else { return false }
            guard let first = buffer.baseAddress, buffer[0] != 0 || memcmp(first, first + 1, piece - 1) != 0 else {
                return true
            }
            let start = ContinuousClock.now
            compressed += deflater.size(of: buffer.bytes)
            time += start.duration(to: .now)
            data += piece
            return true
        }

        func sample(of pieces: Int) -> CompressionSample? {
            guard data > 0, time > .zero else { return nil }
            return CompressionSample(
                dataShare: Double(data) / Double(pieces * piece), ratio: Double(compressed) / Double(data),
                bytesPerSecond: Double(data) / (time / .seconds(1)))
        }
    }
}
