/// How libvirt finds out that a daemon is gone (`virConnectSetKeepAlive`).
///
/// A peer that stays silent for about `interval * (count + 1)` loses the connection, and all its calls end.
public struct KeepAlive: Sendable, Hashable {
    /// Seconds of silence before a probe is sent. 0 or less: no probes.
    public var interval: Int32

    /// Probes without an answer before the connection is given up.
    public var count: UInt32

    /// - Parameters:
    ///   - interval: in seconds.
    ///   - count: probes without an answer.
    public init(interval: Int32 = 5, count: UInt32 = 3) {
        self.interval = interval
        self.count = count
    }

    /// No probes: a dead peer is found only when the operating system finds it.
    public static let off = KeepAlive(interval: 0, count: 0)
}
