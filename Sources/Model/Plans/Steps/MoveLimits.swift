/// What a move may cost; what is `nil` is not limited.
package struct MoveLimits: Sendable, Equatable, Codable {
    /// What becomes of a machine that is not there in time.
    package enum AfterDeadline: String, Sendable, Codable {
        /// It goes on where it is.
        case abort
        /// It is stopped for the rest, which then cannot grow any more.
        case suspend
    }

    /// Of the wire between the hosts, for memory and disks, in MiB/s.
    package var bandwidthMiBps: Int?
    /// How long it may stand still, in ms, as its hypervisor expects it while it runs on.
    package var downtimeMilliseconds: Int?
    /// How long the copying may take, in seconds.
    package var deadlineSeconds: Int?
    package var afterDeadline: AfterDeadline
    /// The longest time between two answers that its users may meet, in ms.
    package var gapMilliseconds: Int?

    package init(
        bandwidthMiBps: Int? = nil, downtimeMilliseconds: Int? = nil, deadlineSeconds: Int? = nil,
        afterDeadline: AfterDeadline = .abort, gapMilliseconds: Int? = nil
    ) {
        self.bandwidthMiBps = bandwidthMiBps
        self.downtimeMilliseconds = downtimeMilliseconds
        self.deadlineSeconds = deadlineSeconds
        self.afterDeadline = afterDeadline
        self.gapMilliseconds = gapMilliseconds
    }

    /// How long a gap may be kept without a deadline of the caller's, in seconds: what never gets ready to be switched
    /// must end.
    private static let patience = 120

    /// What is asked of the hypervisor for the time of standing still. Half of a gap is left for what it does not count:
    /// its devices' state, and that the links learn the new place.
    package var expectedDowntime: Int? {
        [downtimeMilliseconds, gapMilliseconds.map { $0 / 2 }].compactMap(\.self).min()
    }

    package var deadline: Duration? {
        (deadlineSeconds ?? gapMilliseconds.map { _ in Self.patience }).map { .seconds($0) }
    }

    /// Needs no host.
    ///
    /// - Throws: `invalidValue` for limits that contradict each other.
    package func check(isLive: Bool) throws(Refusal) {
        if let gap = gapMilliseconds {
            guard isLive else {
                throw Refusal(
                    .invalidValue, .gap,
                    "\(.gap) is \(gap) and live is 'false': a machine that stands still while its memory is copied keeps no "
                        + "gap; leave \(.gap) out, or let it run on", value: "\(gap)")
            }
            guard afterDeadline == .abort else {
                throw Refusal(
                    .invalidValue, .onDeadline,
                    "\(.gap) is \(gap) and \(.onDeadline) is 'suspend': a machine that is stopped for the rest "
                        + "keeps no gap; take 'abort'", value: afterDeadline.rawValue)
            }
        }
        guard isLive || downtimeMilliseconds == nil else {
            throw Refusal(
                .invalidValue, .downtime,
                "\(.downtime) is \(downtimeMilliseconds ?? 0) and live is 'false': a machine that stands still "
                    + "does so for as long as its memory takes; leave \(.downtime) out, or let it run on",
                value: "\(downtimeMilliseconds ?? 0)")
        }
        guard afterDeadline == .abort || deadlineSeconds != nil else {
            throw Refusal(
                .invalidValue, .onDeadline, "\(.onDeadline) is 'suspend' and there is no deadline: give one",
                value: afterDeadline.rawValue)
        }
    }

    /// - Parameter flows: packets by which the gap is to be measured.
    /// - Throws: `notOffered` for what the hypervisor cannot limit, or nobody could measure.
    package func check(_ hypervisor: HypervisorKind, flows: [MoveFlow]) throws(Refusal) {
        guard gapMilliseconds == nil || !flows.isEmpty else {
            throw Refusal(
                .notOffered, .gap,
                "\(.gap) is \(gapMilliseconds ?? 0): on none of the machine's links is an address free to ask it from, so "
                    + "that no gap could be measured", value: "\(gapMilliseconds ?? 0)")
        }
        let limited: [(Refusal.Subject, Int?)] = [
            (.bandwidth, bandwidthMiBps), (.downtime, downtimeMilliseconds), (.gap, gapMilliseconds),
            (.deadline, deadlineSeconds),
        ]
        guard hypervisor != .qemu, let (subject, value) = limited.first(where: { $0.1 != nil }) else { return }
        throw Refusal(
            .notOffered, subject, "\(subject) is \(value ?? 0): \(hypervisor.name) has no such limit; leave it out",
            value: "\(value ?? 0)")
    }
}
