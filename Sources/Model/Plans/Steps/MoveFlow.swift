/// A flow of packets over a link to a machine while it migrates, so that lost packets can be counted.
package struct MoveFlow: Sendable, Equatable, Codable {
    package var link: String
    /// The host that sends them.
    package var host: Host
    package var bridge: String
    package var mtu: Int
    /// The source address, in a network namespace of its own on the link; `nil` means the host itself.
    package var source: InterfaceAddress?
    /// The source MAC address in that namespace; without a namespace the machine's own. No two flows on one
    /// host share it.
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

/// Traffic lost during a machine's migration, for one link.
package struct MoveLoss: Sendable, Equatable {
    package var link: String
    /// The host that sent them.
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
