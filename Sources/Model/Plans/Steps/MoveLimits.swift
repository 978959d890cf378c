/// Limits on a migration; `nil` means no limit.
package struct MoveLimits: Sendable, Equatable, Codable {
    /// The fate of a machine whose migration misses the deadline.
    package enum AfterDeadline: String, Sendable, Codable {
        /// It continues on its source host.
        case abort
        /// It is suspended for the remaining copying, whose amount can then no longer grow.
        case suspend
    }

    /// Limit on the bandwidth between the hosts, for memory and disks, in MiB/s.
    package var bandwidthMiBps: Int?
    /// Allowed downtime in ms, as its hypervisor estimates it while the machine runs.
    package var downtimeMilliseconds: Int?
    /// Time allowed for the copying, in seconds.
    package var deadlineSeconds: Int?
    package var afterDeadline: AfterDeadline
    /// The longest allowed time between two answers to its users, in ms.
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

    /// The default deadline for a migration with a gap limit, in seconds: a migration that never becomes ready
    /// for the switch-over must end.
    private static let patience = 120

    /// The downtime to request from the hypervisor, in ms. Half of a gap is reserved for the parts that the
    /// hypervisor does not count: its devices' state, and the time until the links learn the machine's new
    /// place.
    package var expectedDowntime: Int? {
        [downtimeMilliseconds, gapMilliseconds.map { $0 / 2 }].compactMap(\.self).min()
    }

    package var deadline: Duration? {
        (deadlineSeconds ?? gapMilliseconds.map { _ in Self.patience }).map { .seconds($0) }
    }

    /// Checks that need no host.
    ///
    /// - Throws: `invalidValue` for limits that contradict each other.
    package func check(isLive: Bool) throws(Refusal) {
        if let gap = gapMilliseconds {
            guard isLive else {
                throw Refusal(
                    .invalidValue, .gap,
                    "\(.gap) is \(gap) and live is 'false': a machine that is paused while its memory is copied cannot keep to a "
                        + "gap; leave \(.gap) out, or migrate live", value: "\(gap)")
            }
            guard afterDeadline == .abort else {
                throw Refusal(
                    .invalidValue, .onDeadline,
                    "\(.gap) is \(gap) and \(.onDeadline) is 'suspend': a machine that is suspended for the rest "
                        + "cannot keep to a gap; use 'abort'", value: afterDeadline.rawValue)
            }
        }
        guard isLive || downtimeMilliseconds == nil else {
            throw Refusal(
                .invalidValue, .downtime,
                "\(.downtime) is \(downtimeMilliseconds ?? 0) and live is 'false': a machine that is paused "
                    + "stays so until its memory is copied; leave \(.downtime) out, or migrate live",
                value: "\(downtimeMilliseconds ?? 0)")
        }
        guard afterDeadline == .abort || deadlineSeconds != nil else {
            throw Refusal(
                .invalidValue, .onDeadline, "\(.onDeadline) is 'suspend' and there is no deadline: give one",
                value: afterDeadline.rawValue)
        }
    }

    /// - Parameter flows: the packets that measure the gap.
    /// - Throws: `notOffered` for a limit that the hypervisor does not support, or that cannot be measured.
    package func check(_ hypervisor: HypervisorKind, flows: [MoveFlow]) throws(Refusal) {
        guard gapMilliseconds == nil || !flows.isEmpty else {
            throw Refusal(
                .notOffered, .gap,
                "\(.gap) is \(gapMilliseconds ?? 0): on none of the machine's links is an address free to probe it from, so "
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
