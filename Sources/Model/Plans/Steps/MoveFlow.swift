/// Packets that cross a link to a machine while it moves, so that what gets lost is counted.
package struct MoveFlow: Sendable, Equatable, Codable {
    package var link: String
    /// The host from which they are sent.
    package var host: Host
    package var bridge: String
    package var mtu: Int
    /// From where, in a place of its own on the link; `nil`: from the host itself.
    package var source: InterfaceAddress?
    /// Of that place; without one the machine's own. No two flows on one host have the same.
    package var sourceMAC: MACAddress
    package var target: IPAddress

    package init(
        link: String, host: Host, bridge: String, mtu: Int, source: InterfaceAddress?, sourceMAC: MACAddress,
        target: IPAddress
    ) {
        self.link = link
        self.host = host
        self.bridge = bridge
        self.mtu = mtu
        self.source = source
        self.sourceMAC = sourceMAC
        self.target = target
    }
}

/// What a machine's move lost of packets that crossed a link to it meanwhile.
package struct MoveLoss: Sendable, Equatable {
    package var link: String
    /// The host from which they were sent.
    package var host: String
    package var packetsSent: Int
    package var packetsLost: Int
    /// Longest time between two answers, in ms.
    package var longestGapMilliseconds: Int64

    package init(link: String, host: String, packetsSent: Int, packetsLost: Int, longestGapMilliseconds: Int64) {
        self.link = link
        self.host = host
        self.packetsSent = packetsSent
        self.packetsLost = packetsLost
        self.longestGapMilliseconds = longestGapMilliseconds
    }
}
