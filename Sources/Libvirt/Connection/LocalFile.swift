import Glibc

/// The owner of an open file on this side of a transfer.
package struct LocalFile: ~Copyable {
    /// A range of a file.
    enum Extent: Equatable {
        case data(UInt64)
        case hole(UInt64)
    }

    // Linux only; the C library declares them only with its extensions (`_GNU_SOURCE`).
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    private let descriptor: Int32
    private let path: String

    /// Opens a file for reading.
    package init(reading path: String) throws(LibvirtError) {
        descriptor = try Self.open(path, O_RDONLY, "cannot read")
        self.path = path
    }

    /// Creates a file that only its owner may use. It must not exist.
    init(creating path: String) throws(LibvirtError) {
        descriptor = try Self.open(path, O_WRONLY | O_CREAT | O_EXCL, "cannot create")
        self.path = path
    }

    private static func open(_ path: String, _ flags: Int32, _ failure: String) throws(LibvirtError) -> Int32 {
        try checkText("open", "the file's path", path)
        let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LibvirtError.system(errno, "\(failure) \(path)", call: "open") }
        return descriptor
    }

    deinit {
        close(descriptor)
    }

    /// The length in bytes.
    /// - Throws: `.invalidArgument` for anything but a regular file.
    borrowing func length() throws(LibvirtError) -> UInt64 {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure("cannot look at", "fstat") }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw LibvirtError(.invalidArgument, "\(path) is not a regular file", call: "fstat")
        }
        return UInt64(clamping: facts.st_size)
    }

    /// The range at `offset`, up to `end`: data or a hole. It is data where the file system does not know holes.
    borrowing func extent(at offset: UInt64, end: UInt64) throws(LibvirtError) -> Extent {
        let data = lseek(descriptor, off_t(offset), Self.seekData)
        if data < 0 {
            switch errno {
            case ENXIO: return .hole(end - offset)
            case EINVAL: return .data(end - offset)
            default: throw failure("cannot seek in", "lseek")
            }
        }
        if UInt64(clamping: data) > offset { return .hole(min(UInt64(clamping: data), end) - offset) }
        let hole = lseek(descriptor, off_t(offset), Self.seekHole)
        guard hole >= 0 else { throw failure("cannot seek in", "lseek") }
        return .data(min(UInt64(clamping: hole), end) - offset)
    }

    /// Counts the bytes of data in a range of the file, without holes.
    package borrowing func dataBytes(in part: Range<UInt64>) throws(LibvirtError) -> UInt64 {
        var (offset, bytes) = (part.lowerBound, UInt64(0))
        while offset < part.upperBound {
            switch try extent(at: offset, end: part.upperBound) {
            case .data(let length):
                bytes += length
                offset += length
            case .hole(let length): offset += length
            }
        }
        return bytes
    }

    /// Fills `buffer` from `offset`.
    /// - Throws: `.readFailed` when the file ends before: it became shorter meanwhile.
    borrowing func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(LibvirtError) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot read", "pread") }
            guard count > 0 else {
                throw LibvirtError(.readFailed, "\(path) ended at byte \(offset + UInt64(done))", call: "pread")
            }
            done += count
        }
    }

    /// Writes all of `buffer` at `offset`.
    borrowing func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(LibvirtError) {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot write", "pwrite") }
            done += count
        }
    }

    /// Sets the file's length, also where that lies in a hole.
    borrowing func truncate(to length: UInt64) throws(LibvirtError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw failure("cannot size", "ftruncate") }
    }

    /// Removes the file by its path.
    borrowing func remove() {
        unlink(path)
    }

    private borrowing func failure(_ what: String, _ call: String) -> LibvirtError {
        LibvirtError.system(errno, "\(what) \(path)", call: call)
    }
}
