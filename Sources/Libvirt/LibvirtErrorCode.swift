extension LibvirtError {
    /// The kind of an error: `virErrorNumber`, open for numbers of later libvirt versions.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The C number.
        public let rawValue: Int32

        /// Creates a code from a C number, also one without a name here.
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// An error without a more specific code.
        public static let internalError = Code(rawValue: 1)
        /// No memory.
        public static let noMemory = Code(rawValue: 2)
        /// This driver does not have the call.
        public static let noSupport = Code(rawValue: 3)
        /// The host's name has no address.
        public static let unknownHost = Code(rawValue: 4)
        /// No driver accepts the URI, or its daemon is unreachable.
        public static let noConnect = Code(rawValue: 5)
        /// The connection is closed.
        public static let invalidConnection = Code(rawValue: 6)
        /// The domain handle is not valid.
        public static let invalidDomain = Code(rawValue: 7)
        /// libvirt refuses a parameter or flag.
        public static let invalidArgument = Code(rawValue: 8)
        /// The operation failed while it was carried out.
        public static let operationFailed = Code(rawValue: 9)
        /// The guest type is unknown to this driver.
        public static let unsupportedOS = Code(rawValue: 16)
        /// The XML is well-formed but invalid.
        public static let xmlError = Code(rawValue: 27)
        /// The domain already exists or is active.
        public static let domainExists = Code(rawValue: 28)
        /// The connection is read only.
        public static let operationDenied = Code(rawValue: 29)
        /// A file could not be opened.
        public static let openFailed = Code(rawValue: 30)
        /// A file could not be read.
        public static let readFailed = Code(rawValue: 31)
        /// A file could not be written.
        public static let writeFailed = Code(rawValue: 34)
        /// A configuration file is not well-formed.
        public static let configurationSyntax = Code(rawValue: 33)
        /// The XML is not well-formed.
        public static let xmlDetail = Code(rawValue: 35)
        /// The network already exists.
        public static let networkExists = Code(rawValue: 37)
        /// The operating system returned an error (`errno`), such as a refused connection.
        public static let systemError = Code(rawValue: 38)
        /// The connection to the daemon broke.
        public static let rpc = Code(rawValue: 39)
        /// TLS failed.
        public static let tls = Code(rawValue: 40)
        /// No such domain.
        public static let noDomain = Code(rawValue: 42)
        /// No such network.
        public static let noNetwork = Code(rawValue: 43)
        /// The daemon refuses our credentials.
        public static let authFailed = Code(rawValue: 45)
        /// No such pool.
        public static let noStoragePool = Code(rawValue: 49)
        /// No such volume.
        public static let noStorageVolume = Code(rawValue: 50)
        /// The operation is not possible in the present state.
        public static let operationInvalid = Code(rawValue: 55)
        /// The driver does not support the XML.
        public static let configurationUnsupported = Code(rawValue: 67)
        /// A deadline passed: libvirt's, or this module's.
        public static let operationTimeout = Code(rawValue: 68)
        /// The domain migrated, but its definition could not be stored on the destination.
        public static let migrationPersistFailed = Code(rawValue: 69)
        /// The stream is not valid.
        public static let invalidStream = Code(rawValue: 73)
        /// The driver does not know the parameter.
        public static let argumentUnsupported = Code(rawValue: 74)
        /// Cancelled on request; also when the task was cancelled.
        public static let operationAborted = Code(rawValue: 78)
        /// No such metadata.
        public static let noDomainMetadata = Code(rawValue: 80)
        /// The migration would endanger the data.
        public static let migrationUnsafe = Code(rawValue: 81)
        /// A number is too large.
        public static let overflow = Code(rawValue: 82)
        /// This object does not support the operation.
        public static let operationUnsupported = Code(rawValue: 84)
        /// ssh failed.
        public static let ssh = Code(rawValue: 85)
        /// The guest agent does not answer.
        public static let agentUnresponsive = Code(rawValue: 86)
        /// The resource is in use.
        public static let resourceBusy = Code(rawValue: 87)
        /// Access control refused.
        public static let accessDenied = Code(rawValue: 88)
        /// The volume already exists.
        public static let storageVolumeExists = Code(rawValue: 90)
        /// The host's CPU is not compatible.
        public static let cpuIncompatible = Code(rawValue: 91)
        /// The XML violates the schema.
        public static let invalidSchema = Code(rawValue: 92)
        /// Authentication is not available.
        public static let authUnavailable = Code(rawValue: 94)
        /// libssh failed.
        public static let libssh = Code(rawValue: 98)
        /// No such device in the domain.
        public static let deviceMissing = Code(rawValue: 99)
        /// More than one domain matches.
        public static let multipleDomains = Code(rawValue: 110)

        /// Lets a `catch` name the code: `catch LibvirtError.Code.noDomain`.
        public static func ~= (code: Code, error: any Error) -> Bool {
            (error as? LibvirtError)?.code == code
        }

        /// The codes for calls that this driver or version does not support, as opposed to failures.
        var meansUnsupported: Bool {
            [.noSupport, .operationUnsupported, .argumentUnsupported, .invalidArgument].contains(self)
        }
    }
}

extension LibvirtError.Code: CustomStringConvertible {
    public var description: String { Self.names[self] ?? "libvirt error \(rawValue)" }

    private static let names: [Self: String] = [
        .internalError: "internalError",
        .noMemory: "noMemory",
        .noSupport: "noSupport",
        .unknownHost: "unknownHost",
        .noConnect: "noConnect",
        .invalidConnection: "invalidConnection",
        .invalidDomain: "invalidDomain",
        .invalidArgument: "invalidArgument",
        .operationFailed: "operationFailed",
        .unsupportedOS: "unsupportedOS",
        .xmlError: "xmlError",
        .domainExists: "domainExists",
        .operationDenied: "operationDenied",
        .openFailed: "openFailed",
        .readFailed: "readFailed",
        .writeFailed: "writeFailed",
        .xmlDetail: "xmlDetail",
        .networkExists: "networkExists",
        .systemError: "systemError",
        .rpc: "rpc",
        .tls: "tls",
        .noDomain: "noDomain",
        .noNetwork: "noNetwork",
        .authFailed: "authFailed",
        .noStoragePool: "noStoragePool",
        .noStorageVolume: "noStorageVolume",
        .operationInvalid: "operationInvalid",
        .configurationUnsupported: "configurationUnsupported",
        .operationTimeout: "operationTimeout",
        .migrationPersistFailed: "migrationPersistFailed",
        .invalidStream: "invalidStream",
        .argumentUnsupported: "argumentUnsupported",
        .operationAborted: "operationAborted",
        .noDomainMetadata: "noDomainMetadata",
        .migrationUnsafe: "migrationUnsafe",
        .overflow: "overflow",
        .operationUnsupported: "operationUnsupported",
        .ssh: "ssh",
        .agentUnresponsive: "agentUnresponsive",
        .resourceBusy: "resourceBusy",
        .accessDenied: "accessDenied",
        .storageVolumeExists: "storageVolumeExists",
        .cpuIncompatible: "cpuIncompatible",
        .invalidSchema: "invalidSchema",
        .authUnavailable: "authUnavailable",
        .libssh: "libssh",
        .deviceMissing: "deviceMissing",
        .multipleDomains: "multipleDomains",
    ]
}
