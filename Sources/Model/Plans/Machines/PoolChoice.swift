/// The choice of a host's storage pool for new volumes, and the reasons against the others.
package struct PoolChoice {
    /// The eligible pools, the best first.
    package let pools: [HostSurvey.Pool]
    /// The reasons against the other pools, sorted by name.
    package let others: [(name: String, why: String)]

    /// - Parameters:
    ///   - requested: the pool that the request names.
    ///   - setting: the pool in the host's registration; the request takes precedence.
    ///   - kept: the pool that already has the machine's volumes, which is preferred if it exists.
    /// - Throws: `poolNotFound`, with the reason against each pool.
    package init(
        of pools: [HostSurvey.Pool], requested: String? = nil, setting: String? = nil, kept: String? = nil
    ) throws(Refusal) {
        if let name = requested ?? setting {
            let subject: Refusal.Subject = requested == nil ? .storagePool : .pool
            guard let pool = pools.first(where: { $0.name == name }) else {
                let known = pools.isEmpty ? "it has none" : "it has \(pools.map(\.name.shown).joined(separator: ", "))"
                throw Refusal(
                    .poolNotFound, subject,
                    "\(subject) is '\(name.shown)': the host has no active storage pool of that name; \(known)",
                    value: name.shown)
            }
            if let obstacle = pool.obstacle {
                throw Refusal(
                    .poolNotFound, subject, "\(subject) is '\(name.shown)': \(obstacle)", value: name.shown)
            }
            self.pools = [pool]
            others = pools.filter { $0.name != name }.map { (name: $0.name, why: "another is named") }
            return
        }
        let judged = pools.map { pool in
            (pool, pool.name == kept ? pool.obstacle : pool.obstacle ?? pool.reasonToAvoid)
        }
        others = judged.compactMap { pool, why in why.map { (name: pool.name, why: $0) } }
        self.pools = judged.filter { $0.1 == nil }.map(\.0).sorted { one, other in
            func rank(_ pool: HostSurvey.Pool) -> Int { pool.name == kept ? 0 : pool.name == "default" ? 1 : 2 }
            let (left, right) = (rank(one), rank(other))
            if left != right { return left < right }
            return one.available == other.available ? one.name < other.name : one.available > other.available
        }
        guard self.pools.isEmpty else { return }
        let why = others.map { "\($0.name.shown) \($0.why)" }.joined(separator: "; ")
        throw Refusal(
            .poolNotFound,
            "the host has no storage pool that can be taken"
                + (why.isEmpty ? ": none is active; define one called 'default'" : ": \(why)"))
    }
}

extension HostSurvey.Pool {
    /// Whether its volumes are files of a folder.
    package var isFolder: Bool { type.map { ["dir", "fs", "netfs"].contains($0) } ?? true }

    /// The reason why it cannot be used at all.
    package var obstacle: String? {
        if !isFolder { return "is of type \(type?.shown ?? ""), and volumes of VMS are files of a folder" }
        return isWritable == false ? "cannot be written" : nil
    }

    /// The reason why it is not used unless it is named.
    package var reasonToAvoid: String? {
        if type == "netfs" { return "is another machine's storage (netfs); name it to use it" }
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
        return words.contains("iso") || words.contains("isos") ? "is for ISO images; name it to use it" : nil
    }
}
