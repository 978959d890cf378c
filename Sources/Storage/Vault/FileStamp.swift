internal import Glibc
internal import Model

/// File attributes from the system. While they stay the same, the content is assumed to be unchanged.
struct FileStamp: Hashable, Codable, Sendable {
    /// In bytes.
    var size: Int64
    /// Time of the last change of the content, in nanoseconds since 1970.
    var modified: Int64
    var inode: UInt64

    /// `nil` unless `path` is a regular file; a symbolic link is none.
    init?(path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// `nil` unless the open file is a regular file.
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
        inode = UInt64(clamping: status.st_ino)
    }
}
