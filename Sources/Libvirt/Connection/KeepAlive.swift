/// How libvirt detects the loss of a daemon (`virConnectSetKeepAlive`).
///
/// A peer that stays silent for about `interval * (count + 1)` loses the connection, and all its calls end.
public struct KeepAlive: Sendable, Hashable {
    /// Seconds of silence before a probe is sent. 0 or less: no probes.
    public var interval: Int32

    /// Probes without an answer before the connection is closed.
    public var count: UInt32

    /// - Parameters:
    ///   - interval: in seconds.
    ///   - count: probes without an answer.
    public init(interval: Int32 = 5, count: UInt32 = 3) {
        self.interval = interval
        self.count = count
    }

    /// No probes: only the operating system detects a dead peer.
    public static let off = KeepAlive(interval: 0, count: 0)
}
