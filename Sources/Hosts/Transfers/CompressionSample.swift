internal import Glibc
internal import SystemPackage

/// What pieces of a file told about sending it compressed.
struct CompressionSample: Sendable, Equatable {
    /// How much of it is not zeros, and has to be sent at all: 0 to 1.
    var dataShare: Double
    /// What is left of a byte of data.
    var ratio: Double
    /// Bytes of data that zlib takes in per second, here and now.
    var bytesPerSecond: Double
}

extension CompressionSample {
    private static let piece = 32 << 10
    /// 4 MiB at most are read and compressed, in about a tenth of a second.
    private static let most = 128

    /// Looks at pieces that lie evenly over a part of a file.
    ///
    /// - Returns: `nil` when the file cannot be read, or holds nothing but zeros where it was looked at.
    static func taken(of path: String, in part: Range<Int64>) async -> CompressionSample? {
        let count = min(Int64(clamping: most), Int64(clamping: part.count) / Int64(clamping: piece))
        guard count > 0, let deflater = Deflater(level: Deflater.ssh),
            let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        else { return nil }
        defer { try? file.close() }
        let pieces = (0..<count).map { part.lowerBound + Int64(part.count) / count * $0 }
        var told = Told()
        for offset in pieces {
            guard !Task.isCancelled, told.look(at: file, offset, deflater) else { return nil }
            // Others may have this thread meanwhile.
            await Task.yield()
        }
        return told.sample(of: pieces.count)
    }

    private struct Told {
        var (data, compressed) = (0, 0)
        var time = Duration.zero

        /// - Returns: whether the file could be read.
        mutating func look(at file: FileDescriptor, _ offset: Int64, _ deflater: Deflater) -> Bool {
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
