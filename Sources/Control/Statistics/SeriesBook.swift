package import FoundationEssentials
package import Model
internal import Synchronization

/// Statistics over time: collects values, and passes the means of each step to the archive.
package final class SeriesBook: Sendable {
    private struct State {
        var buckets = SeriesBuckets()
        var objects: Set<SeriesObject> = []
        /// Points that are not in the archive yet.
        var pending: [SeriesBuckets.Closed] = []
    }

    /// A part of an object's series.
    package struct Part: Sendable, Equatable {
        package var step: SeriesStep
        /// Oldest first; the last one may be of a step that is not over.
        package var points: [SeriesPoint]
    }

    private let archive: (any StatisticsArchive)?
    private let state = Mutex(State())
    /// More points are dropped while the archive cannot be written.
    private static let mostPending = 500_000

    /// - Parameter archive: `nil`: only the steps that are not over are known.
    package init(_ archive: (any StatisticsArchive)? = nil) { self.archive = archive }

    /// - Parameter seconds: the time before it of which they are the means.
    func add(_ values: [SeriesObject: SeriesValues], at time: Date, seconds: Double) {
        guard let archive, seconds > 0, let now = Int64(nearest: time.timeIntervalSince1970.rounded(.down)) else {
            return
        }
        state.withLock { state in
            state.objects.formUnion(values.keys)
            let steps = archive.steps(forObjects: state.objects.count)
            for (object, values) in values {
                state.pending += state.buckets.add(values, of: object, at: now, seconds: seconds, steps)
            }
            // Many at once, since the rest has to move each time.
            if state.pending.count > Self.mostPending {
                state.pending = Array(state.pending.dropFirst(Self.mostPending / 10))
            }
        }
    }

    /// Writes the points whose steps are over.
    ///
    /// - Parameter all: also those of steps that are not over.
    /// - Throws: `storeFailed`, `storageFull`; the points stay pending.
    func flush(all: Bool = false) async throws(Refusal) {
        guard let archive else { return }
        let points = state.withLock { state in
            if all { state.pending += state.buckets.closeAll() }
            defer { state.pending = [] }
            return state.pending
        }
        do throws(Refusal) {
            try await archive.append(points)
        } catch {
            // What does not fit into the file is not tried again for ever.
            if error.code != .storageFull { state.withLock { $0.pending = points + $0.pending } }
            throw error
        }
    }

    /// Forgets hosts and teams that are gone, and removes what the archive has of objects without values.
    func tidy(hosts: Set<String>, teams: Set<TeamID>) async throws(Refusal) {
        guard let archive else { return }
        let objects = state.withLock { state in
            let isGone = { (object: SeriesObject) -> Bool in
                switch object {
                case .host(let name): !hosts.contains(name)
                case .team(let id): !teams.contains(id)
                case .machine, .port: false
                }
            }
            state.buckets.forget(isGone)
            state.objects = state.objects.filter { !isGone($0) }
            state.pending.removeAll { isGone($0.object) }
            return state.objects
        }
        try await archive.tidy(archive.steps(forObjects: objects.count), objects: objects)
    }

    func forget(_ machines: Set<MachineID>) {
        let isGone = { (object: SeriesObject) -> Bool in
            switch object {
            case .host, .team: false
            case .machine(let id), .port(let id, _): machines.contains(id)
            }
        }
        state.withLock { state in
            state.buckets.forget(isGone)
            state.objects = state.objects.filter { !isGone($0) }
            state.pending.removeAll { isGone($0.object) }
        }
    }

    /// An object's series since a time.
    ///
    /// - Parameter least: the least step, in seconds.
    /// - Throws: `notOffered` without an archive; `storeFailed`.
    package func part(
        of object: SeriesObject, from: Date, least: Int64, now: Date
    ) async throws(Refusal) -> Part {
        guard let archive, let from = Int64(nearest: from.timeIntervalSince1970),
            let now = Int64(nearest: now.timeIntervalSince1970)
        else {
            throw Refusal(
                .notOffered, .field("from"), "this server keeps no statistics over time: --series-mib is 0")
        }
        let steps = archive.steps(forObjects: state.withLock { $0.objects.count })
        guard let step = SeriesStep.covering(from, least: least, now: now, among: steps) else {
            return Part(step: SeriesStep(seconds: 300, count: 0), points: [])
        }
        // Points behind the span may still be in their places.
        let first = max(from - from % step.seconds, now.minus(step.span))
        var points = Dictionary(try await archive.points(of: object, step, from: first).map { ($0.start, $0) }) { $1 }
        let recent = state.withLock { state in
            state.pending.filter { $0.object == object && $0.step == step }.map(\.point)
                + [state.buckets.open(of: object, step)].compactMap(\.self)
        }
        for var point in recent where point.start >= first {
            if object.isSum, let stored = points[point.start] { point.values.add(stored.values) }
            points[point.start] = point
        }
        return Part(step: step, points: points.values.sorted { $0.start < $1.start })
    }
}
