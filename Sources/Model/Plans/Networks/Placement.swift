/// Finds a host for each router: the requested one, or the one with most memory left.
struct Placement {
    struct Place {
        var host: Host
        /// The reason for the choice; `nil` if the host was requested.
        var because: String?
    }

    let fleet: Fleet
    let surveys: [String: HostSurvey]
    /// Memory that the routers placed so far leave on each host.
    private var free: FreeMemory

    init(fleet: Fleet, surveys: [String: HostSurvey]) {
        self.fleet = fleet
        self.surveys = surveys
        free = FreeMemory(surveys)
    }

    /// - Parameters:
    ///   - memory: the router's memory, in MiB.
    ///   - shapes: the shapes of its links. A host that supports them is preferred.
    /// - Throws: `hostNotRegistered`, `notEnoughMemory` with the memory left on each host.
    mutating func place(_ router: NetworkRequest.Router, memory: Int64, shapes: [LinkShape]) throws(Refusal) -> Place {
        if let requested = router.host {
            let host = try fleet.host(requested)
            free.take(memory, from: host)
            return Place(host: host)
        }
        let carriers = fleet.hosts.filter { host in
            host.maintenance == nil && surveys[host.name]?.missingPrograms?.isEmpty == true
        }
        let shapers = carriers.filter { host in shapes.allSatisfy { $0.lacking(surveys[host.name]?.shapers) == nil } }
        let candidates = shapers.isEmpty ? carriers : shapers
        guard let best = free.take(memory, fromBestOf: candidates) else {
            let each = free.words(candidates)
            throw Refusal(
                .notEnoughMemory, .memory,
                "router '\(router.name.shown)' needs \(memory) MiB and no host has that: "
                    + (each.isEmpty ? "none is up and can carry links" : each)
                    + "; give routers less memory, or add a host", value: "\(memory)")
        }
        return Place(host: best.host, because: best.because)
    }
}
