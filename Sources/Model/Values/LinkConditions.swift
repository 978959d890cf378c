/// What a link does to frames now, where it is not what was requested for the link. The request stays.
package struct LinkConditions: Sendable, Hashable, Codable {
    /// In kbit/s, microseconds and percent, as in ``LinkShape``; 0: none; `nil`: as requested.
    package var bandwidthKbit: Int64?
    package var delayMicroseconds: Int64?
    package var lossPercent: Double?
    /// Whether no frame passes.
    package var isDown: Bool

    package init(
        bandwidthKbit: Int64? = nil, delayMicroseconds: Int64? = nil, lossPercent: Double? = nil, isDown: Bool = false
    ) {
        self.bandwidthKbit = bandwidthKbit
        self.delayMicroseconds = delayMicroseconds
        self.lossPercent = lossPercent
        self.isDown = isDown
    }

    /// The same without values that are requested; `nil` if nothing is left.
    func beside(_ requested: LinkShape?) -> LinkConditions? {
        var rest = self
        if bandwidthKbit == requested?.bandwidthKbit ?? 0 { rest.bandwidthKbit = nil }
        if delayMicroseconds == requested?.delayMicroseconds ?? 0 { rest.delayMicroseconds = nil }
        if lossPercent == requested?.lossPercent ?? 0 { rest.lossPercent = nil }
        return rest == LinkConditions() ? nil : rest
    }

    /// The shape while the link is not down; `nil` if frames pass as fast as they can.
    func shape(over requested: LinkShape?) -> LinkShape? {
        let bandwidth = bandwidthKbit ?? requested?.bandwidthKbit
        let shape = LinkShape(
            bandwidthKbit: bandwidth == 0 ? nil : bandwidth,
            delayMicroseconds: delayMicroseconds ?? requested?.delayMicroseconds,
            lossPercent: lossPercent ?? requested?.lossPercent)
        return shape.isNothing ? nil : shape
    }
}

extension VirtualNetwork.Link {
    /// Whether no frame passes because a caller wants it so.
    package var isDown: Bool { conditions?.isDown ?? false }

    /// The shape that hosts apply while the link is not down; `nil` if frames pass as fast as they can.
    package var presentShape: LinkShape? { conditions.map { $0.shape(over: shape) } ?? shape }

    /// Such as `down`, `as requested` or `10000 kbit/s, 20 ms`.
    var presentWords: String {
        if isDown { return "down" }
        guard conditions != nil else { return "as requested" }
        return presentShape?.words ?? "as fast as it can be"
    }

    /// Whether the last verification proves the link; `nil` without one, and for a link that is down on purpose.
    package func isProven(by verification: Verification?) -> Bool? {
        isDown ? nil : verification.map { $0.proves(name) }
    }
}

extension VirtualNetwork {
    /// The network without the links that are down on purpose, of which nothing can be proven.
    var withoutDownLinks: VirtualNetwork {
        var network = self
        network.links.removeAll(where: \.isDown)
        return network
    }
}
