import CLibvirt

/// Counters of a domain's interface since the domain started (`virDomainInterfaceStatsStruct`); nil where the
/// hypervisor does not count.
public struct InterfaceStatistics: Sendable, Hashable {
    /// Bytes to the guest.
    public let receivedBytes: Int64?
    /// Packets to the guest.
    public let receivedPackets: Int64?
    /// Packets to the guest that failed.
    public let receiveErrors: Int64?
    /// Packets to the guest that were dropped.
    public let receiveDrops: Int64?
    /// Bytes from the guest.
    public let sentBytes: Int64?
    /// Packets from the guest.
    public let sentPackets: Int64?
    /// Packets from the guest that failed.
    public let sendErrors: Int64?
    /// Packets from the guest that were dropped.
    public let sendDrops: Int64?

    init(_ stats: virDomainInterfaceStatsStruct) {
        receivedBytes = counted(stats.rx_bytes)
        receivedPackets = counted(stats.rx_packets)
        receiveErrors = counted(stats.rx_errs)
        receiveDrops = counted(stats.rx_drop)
        sentBytes = counted(stats.tx_bytes)
        sentPackets = counted(stats.tx_packets)
        sendErrors = counted(stats.tx_errs)
        sendDrops = counted(stats.tx_drop)
    }
}

/// libvirt writes -1 for a counter that it does not have.
func counted(_ value: Int64) -> Int64? {
    value < 0 ? nil : value
}
