package import FoundationEssentials

/// Decides which copies of images are removed from a host, from the store's records and the host's report.
package struct PrunePlan: Sendable {
    /// Conditions for the removal of an unused copy.
    package struct Policy: Sendable, Equatable {
        /// Number of days without use after which it is removed; `nil` for never.
        package var unusedDays: Int?
        /// The free space of its pool, in percent of the capacity, below which it is removed; `nil` for never.
        package var roomPercent: Int?

        package init(unusedDays: Int?, roomPercent: Int?) {
            self.unusedDays = unusedDays
            self.roomPercent = roomPercent
        }

        package var isOff: Bool { unusedDays == nil && roomPercent == nil }
    }

    /// A copy without a record may be in transit; after this age, in seconds, no transfer is in progress any
    /// more.
    static let unrecordedAge: Double = 86_400

    package var host: Host
    package var fleet: Fleet
    /// The images whose files the copies may be.
    package var images: [Image]
    /// Operations that are running, undoing or stuck.
    package var unfinished: [UnfinishedOperation]
    package var observed: [ObservedCopy]
    package var pools: [HostSurvey.Pool]
    package var now: Date

    package init(
        host: Host, fleet: Fleet, images: [Image], unfinished: [UnfinishedOperation], observed: [ObservedCopy],
        pools: [HostSurvey.Pool], now: Date
    ) {
        self.host = host
        self.fleet = fleet
        self.images = images
        self.unfinished = unfinished
        self.observed = observed
        self.pools = pools
        self.now = now
    }

    /// The verdict on every copy, sorted by pool and name.
    package func verdicts(_ policy: Policy) -> [CopyVerdict] {
        var verdicts = statuses.map { verdict($0, policy) }
        if let percent = policy.roomPercent {
            for pool in pools { makeRoom(percent, in: pool, &verdicts) }
        }
        return verdicts
    }

    /// `nil` if no copy is removed.
    package func plan(_ verdicts: [CopyVerdict]) -> Plan? {
        let leaving = verdicts.filter(\.leaves).map(\.pruned)
        guard !leaving.isEmpty else { return nil }
        return Plan(
            service: "sweepImages", subject: .host(name: host.name), StagedSteps([.sweepImages(leaving)], on: host),
            recovery: .resume)
    }

    /// Unused copies of a pool, the longest unused first.
    func idle(in pool: String, keeping kept: Set<Digest>) -> [CopyVerdict] {
        statuses.compactMap { status in
            guard status.use == nil, status.copy.volume.pool == pool, !kept.contains(status.digest),
                status.record != nil || isOld(status.copy)
            else { return nil }
            return CopyVerdict(status, leaves: true, why: "space is needed")
        }.sorted { ($0.idleSince ?? now, $0.volume.name) < ($1.idleSince ?? now, $1.volume.name) }
    }

    private func verdict(_ status: CopyStatus, _ policy: Policy) -> CopyVerdict {
        let verdict = { (leaves: Bool, why: String) in CopyVerdict(status, leaves: leaves, why: why) }
        if let use = status.use { return verdict(false, use) }
        if status.isMissing { return verdict(true, "the host does not have it any more") }
        guard status.record != nil else {
            if status.copy.written == nil { return verdict(false, "not recorded, and its age is unknown") }
            guard isOld(status.copy) else { return verdict(false, "not recorded, but written within a day") }
            return verdict(true, "not recorded")
        }
        guard let since = status.idleSince else { return verdict(false, "it is not known when it was last used") }
        let days = Int(nearest: (max(0, now.timeIntervalSince(since)) / 86_400).rounded(.down)) ?? 0
        guard let limit = policy.unusedDays else {
            return verdict(false, "unused for \(days) days; age is no reason to remove it")
        }
        return days >= limit
            ? verdict(true, "unused for \(days) days") : verdict(false, "unused for \(days) of \(limit) days")
    }

    private func makeRoom(_ percent: Int, in pool: HostSurvey.Pool, _ verdicts: inout [CopyVerdict]) {
        guard let capacity = pool.capacity, capacity > 0 else { return }
        let wanted = (capacity / 100).times(Int64(clamping: percent))
        var room = pool.available
        for verdict in verdicts where verdict.leaves && verdict.volume.pool == pool.name {
            room = room.plus(verdict.bytes)
        }
        for copy in idle(in: pool.name, keeping: []) where room < wanted {
            guard let index = verdicts.firstIndex(where: { $0.volume == copy.volume && !$0.leaves }) else { continue }
            verdicts[index].leaves = true
            verdicts[index].why = "pool \(pool.name) has less than \(percent) percent of its room left"
            room = room.plus(copy.bytes)
        }
    }

    private func isOld(_ copy: ObservedCopy) -> Bool {
        copy.written.map { now.timeIntervalSince($0) > Self.unrecordedAge } ?? false
    }
}

/// A copy of an image's file, and the decision about its removal.
package struct CopyVerdict: Sendable, Equatable {
    package var volume: VolumeName
    package var digest: Digest
    /// Space that it occupies on the host's disk, in bytes.
    package var bytes: Int64
    /// The time of its last use; if it was not recorded, the time when it was written.
    package var idleSince: Date?
    package var leaves: Bool
    /// The reason for the decision.
    package var why: String
    var record: ImageOnHost?

    init(_ status: PrunePlan.CopyStatus, leaves: Bool, why: String) {
        volume = status.copy.volume
        digest = status.digest
        bytes = status.copy.bytes
        idleSince = status.idleSince
        record = status.record
        self.leaves = leaves
        self.why = why
    }

    var pruned: PrunedCopy { PrunedCopy(digest: digest, volume: volume, record: record) }
}
