extension Fleet {
    /// Takes copies of images that one host has, in pools that another shares with it, for copies that both have.
    ///
    /// - Parameter volumes: paths of volumes that both have; a pool in which one of them lies is a shared one.
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
