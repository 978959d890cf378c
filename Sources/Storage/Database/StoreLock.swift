internal import Glibc
internal import Model
internal import Synchronization

/// Keeps a second server off the same database, for as long as it exists.
///
/// The kernel gives the lock back when the process ends, however it ends.
final class StoreLock: Sendable {
    private let held: Mutex<CInt?>

    /// - Throws: `storeFailed` while another process, or another store of this one, holds the lock.
    init(path: String) throws(Refusal) {
        // Not inherited: a child that outlives the server must not keep the lock.
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

    /// Gives the lock back; again does nothing.
    func release() {
        held.withLock { descriptor in
            if let open = descriptor {
                // A child that is just being started has the descriptor until it runs its own program.
                flock(open, LOCK_UN)
                close(open)
            }
            descriptor = nil
        }
    }
}

extension Refusal {
    /// A file of the store that the system does not let us use.
    init(storeFile path: String, _ what: String, error: CInt) {
        self.init(.storeFailed, "\(path) \(what): \(String(cString: strerror(error)))")
    }
}
