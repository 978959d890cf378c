internal import Glibc

/// How many files, sockets and pipes this process may have open.
struct Descriptors {
    let limit: Int

    /// More than anybody needs here. Programs that we start, such as `ssh`, inherit the limit, and some close every
    /// number below it.
    private static let enough: rlim_t = 65_536

    /// Raises the limit to what the system lets us have (getrlimit(2)).
    static func raised() -> Descriptors {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Descriptors(limit: 1024)
        }
        let wanted = min(limit.rlim_max, enough)
        if limit.rlim_cur < wanted {
            var raised = rlimit(rlim_cur: wanted, rlim_max: limit.rlim_max)
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Descriptors(limit: Int(clamping: limit.rlim_cur))
    }

    /// How many connections are taken, so that hosts, the database and images find descriptors too.
    func connections(atMost most: Int) -> Int {
        let spared = max(min(limit / 2, 128), limit / 4)
        return max(min(most, limit - spared), 4)
    }
}
