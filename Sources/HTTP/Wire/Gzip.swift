internal import CZlib

/// gzip and deflate with the system's zlib, and a limit on the decompressed size.
enum Gzip {
    enum Failure: Error { case malformed, tooLarge }

    /// From 1 MiB of output on, a higher ratio of output to input is an attack, not a message.
    private static let highestRatio = 200

    /// The named Content-Encoding (RFC 9110 section 8.4.1). No other encoding is tried: a proxy that inspects the body
    /// decodes the named one.
    enum Coding { case gzip, deflate }

    static func inflated(_ bytes: [UInt8], _ coding: Coding, limit: Int) -> Result<[UInt8], Failure> {
        do throws(Failure) {
            return .success(try inflate(bytes, coding, limit: limit))
        } catch {
            return .failure(error)
        }
    }

    /// Decompresses gzip (all its members, RFC 1952 section 2.2); or, for deflate, zlib data and raw deflate, which
    /// some clients send under that name. Nothing may follow the data.
    static func inflate(_ bytes: [UInt8], _ coding: Coding, limit: Int) throws(Failure) -> [UInt8] {
        // In zlib's window bits, adding 16 means gzip only, and a negative value means raw deflate.
        if coding == .gzip { return try inflate(bytes, limit: limit, windowBits: 16 + 15) }
        do {
            return try inflate(bytes, limit: limit, windowBits: 15)
        } catch .malformed {
            return try inflate(bytes, limit: limit, windowBits: -15)
        }
    }

    private static func inflate(_ bytes: [UInt8], limit: Int, windowBits: Int32) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .malformed
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var input = bytes
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let failure: Failure? = input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            while true {
                let (code, count) = chunk.withUnsafeMutableBufferPointer { chunk in
                    stream.next_out = chunk.baseAddress
                    stream.avail_out = UInt32(clamping: chunk.count)
                    return (CZlib.inflate(&stream, Z_NO_FLUSH), chunk.count - Int(clamping: stream.avail_out))
                }
                output += chunk[..<count]
                if output.count > limit { return .tooLarge }
                if output.count > 1 << 20, output.count > input.count * highestRatio { return .tooLarge }
                if code == Z_STREAM_END {
                    guard stream.avail_in > 0 else { return nil }
                    guard let next = stream.next_in, stream.avail_in >= 2, next[0] == 0x1F, next[1] == 0x8B,
                        windowBits > 15, input.starts(with: [0x1F, 0x8B]), inflateReset(&stream) == Z_OK
                    else { return .malformed }
                    continue
                }
                if code != Z_OK || (count == 0 && stream.avail_in == 0) { return .malformed }
            }
        }
        if let failure { throw failure }
        return output
    }

    /// The bytes compressed with gzip; `nil` if zlib fails.
    static func deflate(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 5, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            return nil
        }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(clamping: deflateBound(&stream, UInt(clamping: bytes.count))))
        let count: Int? = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(clamping: input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(clamping: output.count)
                guard CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END else { return nil }
                return output.count - Int(clamping: stream.avail_out)
            }
        }
        return count.map { Array(output[..<$0]) }
    }
}
