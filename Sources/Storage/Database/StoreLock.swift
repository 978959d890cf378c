internal import Glibc
internal import Model
internal import Synchronization

/// Prevents a second server from using the same database, for the lifetime of this object.
///
/// The kernel releases the lock when the process ends, for whatever reason.
final class StoreLock: Sendable {
    private let held: Mutex<CInt?>

    /// Creates and locks the lock file.
    ///
    /// - Throws: `storeFailed` while another process, or another store of this process, holds the lock.
    init(path: String) throws(Refusal) {
        // Not inherited: a child process that outlives the server must not keep the lock.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Refusal(storeFile: path, "cannot be opened", error: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = errno
            close(descriptor)
            guard error == EWOULDBLOCK else { throw Refusal(storeFile: path, "cannot be locked", error: error) }
            throw Refusal(
                .storeFailed,
                "another vmsd uses this data folder (it holds the lock \(path)): stop it first, or choose another folder"
            )
        }
        held = Mutex(descriptor)
    }

    deinit { release() }

    /// Releases the lock. A second call does nothing.
    func release() {
        held.withLock { descriptor in
            if let open = descriptor {
                // A child process that is being started holds the descriptor until its `exec`.
                flock(open, LOCK_UN)
                close(open)
            }
            descriptor = nil
        }
    }
}

extension Refusal {
    /// A system error for a file of the store.
    init(storeFile path: String, _ problem: String, error: CInt) {
        self.init(.storeFailed, "\(path) \(problem): \(String(cString: strerror(error)))")
    }
}
