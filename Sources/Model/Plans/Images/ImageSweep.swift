package import FoundationEssentials

/// Decides which copies of images leave a host: a question to the model, asked with what the store and the host tell.
package struct ImageSweep: Sendable {
    /// When an unused copy leaves.
    package struct Policy: Sendable, Equatable {
        /// After so many days without use; `nil` for never.
        package var unusedDays: Int?
        /// While its pool has less room left, in percent of all; `nil` for never.
        package var roomPercent: Int?

        package init(unusedDays: Int?, roomPercent: Int?) {
            self.unusedDays = unusedDays
            self.roomPercent = roomPercent
        }

        package var isOff: Bool { unusedDays == nil && roomPercent == nil }
    }

    /// A copy that the store does not know may be on its way; after a day, in seconds, nobody sends it any more.
    static let strangerAge: Double = 86_400

    package var host: Host
    package var fleet: Fleet
    /// Those whose files copies may be of.
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

    /// What becomes of every copy, in the order of pools and names.
    package func verdicts(_ policy: Policy) -> [CopyVerdict] {
        var verdicts = standings.map { verdict($0, policy) }
        if let percent = policy.roomPercent {
            for pool in pools { makeRoom(percent, in: pool, &verdicts) }
        }
        return verdicts
    }

    /// `nil` when nothing leaves.
    package func plan(_ verdicts: [CopyVerdict]) -> Plan? {
        let leaving = verdicts.filter(\.leaves).map(\.swept)
        guard !leaving.isEmpty else { return nil }
        return Plan(
            service: "sweepImages", subject: .host(name: host.name), StagedSteps([.sweepImages(leaving)], on: host),
            recovery: .resume)
    }

    /// Unused copies of a pool, the longest unused first.
    func idle(in pool: String, keeping kept: Set<Digest>) -> [CopyVerdict] {
        standings.compactMap { standing in
            guard standing.use == nil, standing.copy.volume.pool == pool, !kept.contains(standing.digest),
                standing.record != nil || isOld(standing.copy)
            else { return nil }
            return CopyVerdict(standing, leaves: true, why: "room is needed")
        }.sorted { ($0.idleSince ?? now, $0.volume.name) < ($1.idleSince ?? now, $1.volume.name) }
    }

    private func verdict(_ standing: Standing, _ policy: Policy) -> CopyVerdict {
        let told = { (leaves: Bool, why: String) in CopyVerdict(standing, leaves: leaves, why: why) }
        if let use = standing.use { return told(false, use) }
        if standing.isMissing { return told(true, "the host does not have it any more") }
        guard standing.record != nil else {
            if standing.copy.written == nil { return told(false, "nobody knows it, nor when it was written") }
            guard isOld(standing.copy) else { return told(false, "nobody knows it, but it was written within a day") }
            return told(true, "nobody knows it")
        }
        guard let since = standing.idleSince else { return told(false, "it is not known when it was last used") }
        let days = Int(nearest: (max(0, now.timeIntervalSince(since)) / 86_400).rounded(.down)) ?? 0
        guard let limit = policy.unusedDays else {
            return told(false, "unused for \(days) days; age is no reason to leave")
        }
        return days >= limit
            ? told(true, "unused for \(days) days") : told(false, "unused for \(days) of \(limit) days")
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
        copy.written.map { now.timeIntervalSince($0) > Self.strangerAge } ?? false
    }
}

/// A copy of an image's file, and whether it leaves.
package struct CopyVerdict: Sendable, Equatable {
    package var volume: VolumeName
    package var digest: Digest
    /// What it takes of the host's disk, in bytes.
    package var bytes: Int64
    /// When it was last used; where nobody wrote that down, when it was written.
    package var idleSince: Date?
    package var leaves: Bool
    /// Why it leaves, or stays.
    package var why: String
    var record: ImageOnHost?

    init(_ standing: ImageSweep.Standing, leaves: Bool, why: String) {
        volume = standing.copy.volume
        digest = standing.digest
        bytes = standing.copy.bytes
        idleSince = standing.idleSince
        record = standing.record
        self.leaves = leaves
        self.why = why
    }

    var swept: SweptCopy { SweptCopy(digest: digest, volume: volume, record: record) }
}
