import Synchronization

/// Connections that were closed while calls hang in them, by URI. Without a limit, a daemon that accepts connections
/// and answers no call would gather one more, with its threads, at each new attempt.
enum HungConnections {
    /// The limit for a URI; at the limit, no connection is opened until a call returns.
    static let most = 4

    private static let counts = Mutex<[String: Int]>([:])

    static func count(_ uri: String) -> Int { counts.withLock { $0[uri] ?? 0 } }

    /// Counts a connection until it is released.
    static func add(_ uri: String, until released: OneShot<Int32>) {
        counts.withLock { $0[uri, default: 0] += 1 }
        Task {
            _ = await released.wait()
            counts.withLock { counts in
                let left = (counts[uri] ?? 1) - 1
                counts[uri] = left > 0 ? left : nil
            }
        }
    }
}
