internal import Glibc

/// The limit of open files, sockets and pipes of this process.
struct Descriptors {
    let limit: Int

    /// More than the server needs. Programs that it starts, such as `ssh`, inherit the limit, and some close every
    /// number below it.
    private static let maximum: rlim_t = 65_536

    /// Raises the limit up to the system's maximum (getrlimit(2)).
    static func raised() -> Descriptors {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Descriptors(limit: 1024)
        }
        let wanted = min(limit.rlim_max, maximum)
        if limit.rlim_cur < wanted {
            var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Descriptors(limit: Int(clamping: limit.rlim_cur))
    }

    /// The number of connections to accept, so that descriptors remain for hosts, the database and images.
    func connections(atMost most: Int) -> Int {
        let spared = max(min(limit / 2, 128), limit / 4)
        return max(min(most, limit - spared), 4)
    }
}
