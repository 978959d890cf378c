/// The memory, in MiB, that hosts have left while a planner places machines on them.
struct FreeMemory {
    private var left: [String: Int64]

    init(_ surveys: [String: HostSurvey]) { left = surveys.mapValues(\.roomMiB) }

    /// 0 for a host without a survey.
    subscript(host: Host) -> Int64 { left[host.name] ?? 0 }

    /// Takes memory from a host, also more than it has: a host that the caller names is checked elsewhere.
    mutating func take(_ memory: Int64, from host: Host) { left[host.name] = self[host].minus(memory) }

    /// Takes memory from the host with the most memory left; among equal hosts, from the first by name.
    ///
    /// - Returns: that host and the reason for the choice; `nil` if no host has enough.
    mutating func take(_ memory: Int64, fromBestOf hosts: [Host]) -> (host: Host, because: String)? {
        let best = hosts.max { one, other in
            self[one] == self[other] ? one.name > other.name : self[one] < self[other]
        }
        guard let best, self[best] >= memory else { return nil }
        let because = "most memory left: \(self[best]) MiB"
        take(memory, from: best)
        return (best, because)
    }

    /// What each host has left, for a refusal.
    func words(_ hosts: [Host]) -> String {
        hosts.map { "\($0.name) has \(self[$0]) MiB left" }.joined(separator: ", ")
    }
}
