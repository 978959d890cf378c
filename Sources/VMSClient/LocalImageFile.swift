internal import Crypto
internal import Glibc

/// A file of an image on the client's side.
final class LocalImageFile {
    let size: Int64
    private let descriptor: CInt
    private let path: String

    /// The reason why a file cannot be read.
    struct Unreadable: Error {
        var path: String
        var why: String
    }

    init(_ path: String) throws(Unreadable) {
        // Non-blocking, so that opening a pipe does not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Unreadable(path: path, why: String(cString: strerror(errno))) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Unreadable(path: path, why: "it is not a regular file")
        }
        self.descriptor = descriptor
        self.path = path
        size = Int64(clamping: facts.st_size)
    }

    deinit { close(descriptor) }

    func whole(atMost largest: Int) throws(Unreadable) -> [UInt8] {
        guard size <= largest else { throw Unreadable(path: path, why: "it is larger than \(largest >> 20) MiB") }
        return try read(at: 0, atMost: largest)
    }

    /// - Returns: fewer bytes only at the file's end.
    func read(at offset: Int64, atMost count: Int) throws(Unreadable) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(clamping: min(Int64(clamping: count), max(0, size - offset))))
        var filled = 0
        while filled < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                return pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
            }
            guard got > 0 else {
                let why = got == 0 ? "it is shorter now" : String(cString: strerror(errno))
                throw Unreadable(path: path, why: why)
            }
            filled += got
        }
        return bytes
    }

    /// SHA-256 in hexadecimal.
    func digest() throws(Unreadable) -> String {
        var hash = SHA256()
        var offset: Int64 = 0
        while offset < size {
            let bytes = try read(at: offset, atMost: 1 << 20)
            hash.update(data: bytes)
            offset += Int64(bytes.count)
        }
        return Hexadecimal.text(hash.finalize())
    }
}
