/// What a link does to frames on their way to each of its routers.
package struct LinkShape: Sendable, Hashable, Codable {
    /// kbit/s.
    package var bandwidthKbit: Int64?
    /// In each direction, in microseconds.
    package var delayMicroseconds: Int64?
    /// How many of a hundred frames are lost in each direction.
    package var lossPercent: Double?

    /// Nothing counts as not given: a delay or a loss of zero.
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

    /// How much longer a packet and its answer may take over the link than without the shape, in microseconds.
    ///
    /// - Parameter mtu: the link's, in bytes.
    package func roundTripMicroseconds(mtu: Int) -> Int64 {
        let bits = Int64(clamping: mtu).plus(18).times(8)
        let queued = bandwidthKbit.map { bits.times(1000) / max(1, $0) } ?? 0
        return (delayMicroseconds ?? 0).plus(queued).times(2)
    }

    /// How many questions of which each is lost with the link's chance are enough that one of them arrives.
    package var tries: Int {
        var (tries, lost) = (5, 1.0)
        let chance = min(0.99, (lossPercent ?? 0) / 100)
        for _ in 0..<tries { lost *= chance }
        while lost > 1e-6 { (tries, lost) = (tries + 1, lost * chance) }
        return tries
    }
}

/// What the kernel of a host can do to frames on their way to a router.
package enum Shaper: String, Sendable, Hashable, Codable, CaseIterable {
    /// Holds them back to a bandwidth.
    case tbf
    /// Delays them, loses some, and holds them back.
    case netem
}

extension LinkShape {
    /// Why a host cannot do it, in words; `nil` when it can.
    ///
    /// - Parameter shapers: what its kernel has; `nil` where it has no `tc`.
    package func lacking(_ shapers: Set<Shaper>?) -> String? {
        guard let shapers else { return "it lacks the program tc" }
        if shapers.contains(.netem) { return nil }
        if delayMicroseconds != nil || lossPercent != nil { return "its kernel has no sch_netem" }
        return shapers.contains(.tbf) ? nil : "its kernel has neither sch_tbf nor sch_netem"
    }
}

extension LinkShape {
    /// Whether they are the same, as far as a host's figures tell: it rounds, a delay down to the microsecond.
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
