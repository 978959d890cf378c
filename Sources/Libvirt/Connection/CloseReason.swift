import CLibvirt

/// The reason why a connection ended (`virConnectCloseReason`).
public enum CloseReason: Sendable, Hashable {
    /// Reading from or writing to the daemon failed.
    case error
    /// The daemon closed the connection.
    case endOfFile
    /// The daemon did not answer the keepalive probes.
    case keepAlive
    /// This side closed it.
    case client
    /// A reason of a later libvirt version.
    case other(Int32)

    init(_ reason: Int32) {
        switch UInt32(bitPattern: reason) {
        case VIR_CONNECT_CLOSE_REASON_ERROR.rawValue: self = .error
        case VIR_CONNECT_CLOSE_REASON_EOF.rawValue: self = .endOfFile
        case VIR_CONNECT_CLOSE_REASON_KEEPALIVE.rawValue: self = .keepAlive
        case VIR_CONNECT_CLOSE_REASON_CLIENT.rawValue: self = .client
        default: self = .other(reason)
        }
    }
}
