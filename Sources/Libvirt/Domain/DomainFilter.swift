import CLibvirt

/// The domains that `Connection.domains` lists (`virConnectListAllDomainsFlags`). Both or none of a pair of flags
/// select all domains.
public struct DomainFilter: OptionSet, Sendable, Hashable {
    /// The C flags.
    public let rawValue: UInt32

    /// Creates a filter from C flags, also ones without a name here.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(_ flag: virConnectListAllDomainsFlags) {
        rawValue = UInt32(flag.rawValue)
    }

    /// Running, paused, or active in another state.
    public static let active = DomainFilter(VIR_CONNECT_LIST_DOMAINS_ACTIVE)
    /// Defined and not running.
    public static let inactive = DomainFilter(VIR_CONNECT_LIST_DOMAINS_INACTIVE)
    /// Defined.
    public static let persistent = DomainFilter(VIR_CONNECT_LIST_DOMAINS_PERSISTENT)
    /// Transient: it disappears when it stops.
    public static let transient = DomainFilter(VIR_CONNECT_LIST_DOMAINS_TRANSIENT)
    /// With autostart.
    public static let autostart = DomainFilter(VIR_CONNECT_LIST_DOMAINS_AUTOSTART)
    /// Without autostart.
    public static let noAutostart = DomainFilter(VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART)
    /// With saved memory for the next start.
    public static let managedSave = DomainFilter(VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE)
    /// With snapshots.
    public static let withSnapshots = DomainFilter(VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT)
    /// With checkpoints.
    public static let withCheckpoints = DomainFilter(VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT)
    /// All domains.
    public static let all: DomainFilter = []
}
