import CLibvirt

/// Options of a migration (`virDomainMigrateFlags`).
public struct MigrationOptions: OptionSet, Sendable, Hashable {
    /// The C flags.
    public let rawValue: UInt32

    /// Creates options from C flags, also ones without a name here.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(_ flag: virDomainMigrateFlags) {
        rawValue = UInt32(flag.rawValue)
    }

    /// The guest keeps running during the migration.
    public static let live = MigrationOptions(VIR_MIGRATE_LIVE)
    /// Defines the domain on the destination.
    public static let persistDestination = MigrationOptions(VIR_MIGRATE_PERSIST_DEST)
    /// Removes the definition on the source.
    public static let undefineSource = MigrationOptions(VIR_MIGRATE_UNDEFINE_SOURCE)
    /// Leaves the domain paused on the destination.
    public static let paused = MigrationOptions(VIR_MIGRATE_PAUSED)
    /// Copies whole disks; they must exist on the destination.
    public static let copyDisks = MigrationOptions(VIR_MIGRATE_NON_SHARED_DISK)
    /// Copies the topmost layer of the disks; overlay and base must exist on the destination.
    public static let copyTopLayers = MigrationOptions(VIR_MIGRATE_NON_SHARED_INC)
    /// Refuses changes of the domain's definition meanwhile.
    public static let changeProtection = MigrationOptions(VIR_MIGRATE_CHANGE_PROTECTION)
    /// Moves also where libvirt considers it unsafe for the data.
    public static let unsafe = MigrationOptions(VIR_MIGRATE_UNSAFE)
    /// Moves only the definition.
    public static let offline = MigrationOptions(VIR_MIGRATE_OFFLINE)
    /// Ends the migration at a disk error.
    public static let abortOnError = MigrationOptions(VIR_MIGRATE_ABORT_ON_ERROR)
    /// Slows down a guest that writes memory faster than it is copied.
    public static let autoConverge = MigrationOptions(VIR_MIGRATE_AUTO_CONVERGE)
    /// Encrypts the connection between the hypervisors.
    public static let tls = MigrationOptions(VIR_MIGRATE_TLS)
}
