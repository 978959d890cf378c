internal import Glibc
internal import Model

/// What the system tells of a file; while it stays the same, the content is taken to be the same.
struct FileStamp: Hashable, Codable, Sendable {
    /// In bytes.
    var size: Int64
    /// Time of the last change of the content, in nanoseconds since 1970.
    var modified: Int64
    var ihost: UInt64

    /// `nil` unless `path` is a regular file, and not a symbolic link to one.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// `nil` unless an open file is a regular one.
    init?(descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init?(_ status: stat) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        size = Int64(clamping: status.st_size)
        modified = Int64(clamping: status.st_mtim.tv_sec).times(1_000_000_000).plus(
            Int64(clamping: status.st_mtim.tv_nsec))
        ihost = UInt64(clamping: status.st_ino)
    }
}
