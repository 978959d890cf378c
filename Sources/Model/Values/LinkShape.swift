/// The bandwidth, delay and loss that a link imposes on frames on their way to each of its routers.
package struct LinkShape: Sendable, Hashable, Codable {
    /// In kbit/s.
    package var bandwidthKbit: Int64?
    /// In each direction, in microseconds.
    package var delayMicroseconds: Int64?
    /// Percentage of frames that are lost in each direction.
    package var lossPercent: Double?

    /// A delay or a loss of zero counts as not given.
    package init(bandwidthKbit: Int64? = nil, delayMicroseconds: Int64? = nil, lossPercent: Double? = nil) {
        self.bandwidthKbit = bandwidthKbit
        self.delayMicroseconds = delayMicroseconds == 0 ? nil : delayMicroseconds
        self.lossPercent = lossPercent == 0 ? nil : lossPercent
    }

    package var isNothing: Bool { bandwidthKbit == nil && delayMicroseconds == nil && lossPercent == nil }

    /// Such as `10000 kbit/s, 20 ms, 0.5% lost`.
    package var words: String {
        let parts = [
            bandwidthKbit.map { "\($0) kbit/s" },
            delayMicroseconds.map { "\(Self.plain(Double($0) / 1000)) ms" },
            lossPercent.map { "\(Self.plain($0))% lost" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private static func plain(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }

    /// The additional time that a packet and its answer may take over the link because of the shape, in
    /// microseconds.
    ///
    /// - Parameter mtu: the link's MTU, in bytes.
    package func roundTripMicroseconds(mtu: Int) -> Int64 {
        let bits = Int64(clamping: mtu).plus(18).times(8)
        let queued = bandwidthKbit.map { bits.times(1000) / max(1, $0) } ?? 0
        return (delayMicroseconds ?? 0).plus(queued).times(2)
    }

    /// The number of questions, each of which is lost with the link's probability, after which one has almost
    /// certainly arrived.
    package var tries: Int {
        var (tries, lost) = (5, 1.0)
        let chance = min(0.99, (lossPercent ?? 0) / 100)
        for _ in 0..<tries { lost *= chance }
        while lost > 1e-6 { (tries, lost) = (tries + 1, lost * chance) }
        return tries
    }
}

/// Shaping that the kernel of a host offers for frames on their way to a router.
package enum Shaper: String, Sendable, Hashable, Codable, CaseIterable {
    /// Limits the bandwidth.
    case tbf
    /// Delays frames, drops some, and limits the bandwidth.
    case netem
}

extension LinkShape {
    /// The reason why a host cannot apply the shape, in words; `nil` if it can.
    ///
    /// - Parameter shapers: the kernel's queueing disciplines; `nil` if the host has no `tc`.
    package func lacking(_ shapers: Set<Shaper>?) -> String? {
        guard let shapers else { return "it lacks the program tc" }
        if shapers.contains(.netem) { return nil }
        if delayMicroseconds != nil || lossPercent != nil { return "its kernel has no sch_netem" }
        return shapers.contains(.tbf) ? nil : "its kernel has neither sch_tbf nor sch_netem"
    }
}

extension LinkShape {
    /// Whether the shapes are the same within the precision of a host's figures: the host rounds a delay down
    /// to the microsecond.
    package static func isSame(_ one: LinkShape?, _ other: LinkShape?) -> Bool {
        let (one, other) = (one ?? LinkShape(), other ?? LinkShape())
        func isNear(_ one: Double?, _ other: Double?, _ least: Double) -> Bool {
            let (one, other) = (one ?? 0, other ?? 0)
            return abs(one - other) <= max(least, 0.001 * max(one, other))
        }
        return isNear(one.bandwidthKbit.map { Double($0) }, other.bandwidthKbit.map { Double($0) }, 0)
            && isNear(one.delayMicroseconds.map { Double($0) }, other.delayMicroseconds.map { Double($0) }, 1)
            && isNear(one.lossPercent, other.lossPercent, 0.0001)
    }
}
