/// Finds a host for each router: the requested one, or the one with most memory left.
struct Placement {
    struct Place {
        var host: Host
        /// The reason for the choice; `nil` if the host was requested.
        var because: String?
    }

    let fleet: Fleet
    let surveys: [String: HostSurvey]
    /// Memory of each host that the routers placed so far leave, in MiB.
    private(set) var free: [String: Int64]

    init(fleet: Fleet, surveys: [String: HostSurvey]) {
        self.fleet = fleet
        self.surveys = surveys
        free = surveys.mapValues(\.roomMiB)
    }

    /// - Parameters:
    ///   - memory: the router's memory, in MiB.
    ///   - shapes: the shapes of its links. A host that supports them is preferred.
    /// - Throws: `hostNotRegistered`, `notEnoughMemory` with the memory left on each host.
    mutating func place(_ router: NetworkRequest.Router, memory: Int64, shapes: [LinkShape]) throws(Refusal) -> Place {
        if let requested = router.host {
            let host = try fleet.host(requested)
            free[host.name] = (free[host.name] ?? 0).minus(memory)
            return Place(host: host)
        }
        let carriers = fleet.hosts.filter { host in
            host.maintenance == nil && surveys[host.name]?.lackedForSegments?.isEmpty == true
        }
        let shapers = carriers.filter { host in shapes.allSatisfy { $0.lacking(surveys[host.name]?.shapers) == nil } }
        let candidates = shapers.isEmpty ? carriers : shapers
        guard let best = candidates.max(by: isWorse), let left = free[best.name], left >= memory else {
            let each = candidates.map { "\($0.name) has \(free[$0.name] ?? 0) MiB left" }.joined(separator: ", ")
            throw Refusal(
                .notEnoughMemory, .memory,
                "router '\(router.name.shown)' needs \(memory) MiB and no host has that: "
                    + (each.isEmpty ? "none is up and can carry links" : each)
                    + "; give routers less memory, or add a host", value: "\(memory)")
        }
        free[best.name] = left.minus(memory)
        return Place(host: best, because: "most memory left: \(left) MiB")
    }

    /// Compares by memory; of equal hosts the first by name is best.
    private func isWorse(_ one: Host, _ other: Host) -> Bool {
        let (left, right) = (free[one.name] ?? 0, free[other.name] ?? 0)
        return left == right ? one.name > other.name : left < right
    }
}
