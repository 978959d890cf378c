import Synchronization

/// The lanes in which connections are opened, one for each URI, so that repeated attempts to open a dead host do not
/// gather threads.
enum OpeningLanes {
    private struct Entry {
        weak var lane: Lane?
    }

    private static let entries = Mutex<[String: Entry]>([:])

    /// The URI's lane. It lives as long as a call waits or hangs in it.
    static func lane(_ uri: String) -> Lane {
        entries.withLock { entries in
            if let lane = entries[uri]?.lane { return lane }
            let lane = Lane(limit: 4)
            if entries.count >= 64 { entries = entries.filter { $0.value.lane != nil } }
            entries[uri] = Entry(lane: lane)
            return lane
        }
    }
}
