/// What a link does to frames on their way to each of its routers.
package struct LinkShape: Sendable, Hashable, Codable {
    /// kbit/s.
    package var bandwidthKbit: Int64?
    /// In each direction, in microseconds.
    package var delayMicroseconds: Int64?
    /// How many of a hundred frames are lost in each direction.
    package var lossPercent: Double?

    package init(bandwidthKbit: Int64? = nil, delayMicroseconds: Int64? = nil, lossPercent: Double? = nil) {
        self.bandwidthKbit = bandwidthKbit
        self.delayMicroseconds = delayMicroseconds
        self.lossPercent = lossPercent
    }
}
