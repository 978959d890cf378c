internal import Control
internal import Crypto
internal import Glibc
internal import Model

/// A regular file that is open for reading, for the lifetime of this object.
final class OpenFile {
    private let descriptor: CInt
    private let name: String
    /// The attributes of the file when it was opened.
    let stamp: FileStamp

    /// Opens a file.
    ///
    /// - Throws: for a missing file, a symbolic link, or anything but a regular file.
    init(_ path: String, name: String) throws(ImageProblem) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw ImageProblem("'\(name)' cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard let stamp = FileStamp(descriptor: descriptor) else {
            close(descriptor)
            throw ImageProblem("'\(name)' is not a regular file")
        }
        self.descriptor = descriptor
        self.name = name
        self.stamp = stamp
    }

    deinit { close(descriptor) }

    /// The first `count` bytes, or fewer if the file is shorter.
    func head(_ count: Int) throws(ImageProblem) -> [UInt8] { try bytes(at: 0, count) }

    /// The last `count` bytes, likewise.
    func tail(_ count: Int) throws(ImageProblem) -> [UInt8] {
        try bytes(at: max(stamp.size - Int64(count), 0), count)
    }

    /// At most `count` bytes from an offset; fewer at the end of the file.
    func bytes(at offset: Int64, _ count: Int) throws(ImageProblem) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let read = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                    off_t(offset) + off_t(filled))
            }
            guard read >= 0 else { throw unreadable }
            if read == 0 { break }
            filled += read
        }
        return Array(bytes.prefix(filled))
    }

    /// Reads the whole content once.
    ///
    /// - Throws: also if the file changes while it is read.
    func digests() throws(ImageProblem) -> FileDigests {
        var hash = FileHash()
        var offset = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let read = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            guard read >= 0 else { throw unreadable }
            if read == 0 { break }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<read]))
            offset += read
        }
        guard FileStamp(descriptor: descriptor) == stamp else {
            throw ImageProblem("'\(name)' changes while it is read")
        }
        return hash.digests
    }

    private var unreadable: ImageProblem {
        ImageProblem("'\(name)' cannot be read: \(String(cString: strerror(errno)))")
    }
}
