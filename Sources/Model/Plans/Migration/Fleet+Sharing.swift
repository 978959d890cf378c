extension Fleet {
    /// Records copies of images of one host also for another host, if they are in pools that both share.
    ///
    /// - Parameter volumes: paths of volumes that both hosts have; a pool that contains one of them is shared.
    package mutating func share(
        _ volumes: [String], of source: String, _ here: HostSurvey, with destination: String, _ there: HostSurvey
    ) {
        let pools = here.pools.filter { pool in
            there.pools.contains { $0.name == pool.name && $0.path == pool.path }
                && volumes.contains {
                    $0.hasPrefix(pool.path + "/") && !$0.dropFirst(pool.path.count + 1).contains("/")
                }
        }
        let names = Set(pools.map(\.name))
        let copies = images(on: source).filter { names.contains($0.volume.pool) }
        for copy in copies {
            for host in [source, destination] {
                var shared = copy
                (shared.host, shared.isShared) = (host, true)
                put(shared)
            }
        }
    }
}
