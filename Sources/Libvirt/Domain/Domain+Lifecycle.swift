import CLibvirt

extension Domain {
    /// The state that `undefine` removes together with the definition (`virDomainUndefineFlagsValues`).
    public struct Leftovers: OptionSet, Sendable, Hashable {
        /// The C flags.
        public let rawValue: UInt32

        /// Creates options from C flags, also ones without a name here.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        private init(_ flag: virDomainUndefineFlagsValues) {
            rawValue = UInt32(flag.rawValue)
        }

        /// The memory image of a managed save.
        public static let managedSave = Leftovers(VIR_DOMAIN_UNDEFINE_MANAGED_SAVE)
        /// libvirt's metadata of snapshots; not their data.
        public static let snapshotsMetadata = Leftovers(VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA)
        /// The firmware's variables.
        public static let nvram = Leftovers(VIR_DOMAIN_UNDEFINE_NVRAM)
        /// libvirt's metadata of checkpoints.
        public static let checkpointsMetadata = Leftovers(VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA)
        /// The state of an emulated TPM.
        public static let tpm = Leftovers(VIR_DOMAIN_UNDEFINE_TPM)
        /// Keeps the firmware's variables.
        public static let keptNVRAM = Leftovers(VIR_DOMAIN_UNDEFINE_KEEP_NVRAM)
        /// Keeps the state of an emulated TPM.
        public static let keptTPM = Leftovers(VIR_DOMAIN_UNDEFINE_KEEP_TPM)

        /// Everything that a domain may leave behind and that is useless without it.
        public static let all: Leftovers = [.managedSave, .snapshotsMetadata, .checkpointsMetadata, .nvram, .tpm]
        /// The same, without the parts that belong to disks that stay.
        public static let allButFirmware: Leftovers = [
            .managedSave, .snapshotsMetadata, .checkpointsMetadata, .keptNVRAM, .keptTPM,
        ]
    }

    /// Boots the defined domain (`virDomainCreateWithFlags`).
    /// - Throws: `.operationInvalid` when it runs already.
    public func start(paused: Bool = false) async throws(LibvirtError) {
        let flags = paused ? UInt32(VIR_DOMAIN_START_PAUSED.rawValue) : 0
        try await perform("virDomainCreateWithFlags") { virDomainCreateWithFlags($0, flags) }
    }

    /// Cuts the power (`virDomainDestroyFlags`). A transient domain disappears.
    /// - Throws: `.operationInvalid` when it does not run.
    public func destroy() async throws(LibvirtError) {
        try await perform("virDomainDestroyFlags") { virDomainDestroyFlags($0, 0) }
    }

    /// Asks the guest to shut down (`virDomainShutdownFlags`). The guest may take long, or ignore it.
    public func shutdown() async throws(LibvirtError) {
        try await perform("virDomainShutdownFlags") { virDomainShutdownFlags($0, 0) }
    }

    /// Asks the guest to reboot (`virDomainReboot`).
    public func reboot() async throws(LibvirtError) {
        try await perform("virDomainReboot") { virDomainReboot($0, 0) }
    }

    /// Presses the reset button (`virDomainReset`).
    public func reset() async throws(LibvirtError) {
        try await perform("virDomainReset") { virDomainReset($0, 0) }
    }

    /// Stops the processors and keeps the memory (`virDomainSuspend`).
    public func suspend() async throws(LibvirtError) {
        try await perform("virDomainSuspend") { virDomainSuspend($0) }
    }

    /// Resumes a suspended domain (`virDomainResume`).
    public func resume() async throws(LibvirtError) {
        try await perform("virDomainResume") { virDomainResume($0) }
    }

    /// Wakes a domain that its guest's power management put to sleep (`virDomainPMWakeup`).
    public func wakeUp() async throws(LibvirtError) {
        try await perform("virDomainPMWakeup") { virDomainPMWakeup($0, 0) }
    }

    /// Removes the definition (`virDomainUndefineFlags`, or `virDomainUndefine` where the driver knows no flags). A
    /// running domain becomes transient.
    ///
    /// A driver that knows only some of the flags gets only those: the state behind the others cannot exist there.
    /// - Parameter leftovers: removed with the definition; without them libvirt refuses to undefine a domain that has
    ///   some.
    public func undefine(
        removing leftovers: Leftovers = .all
    ) async throws(LibvirtError) {
        _ = try await perform("virDomainUndefineFlags") { domain throws(LibvirtError) in
            // TPM since libvirt 8.9, checkpoints since 5.6; the test driver knows neither, libxl only saved memory.
            let known: [Leftovers] = [
                leftovers, leftovers.subtracting([.tpm, .keptTPM]),
                leftovers.intersection([.managedSave, .snapshotsMetadata, .nvram, .keptNVRAM]),
                leftovers.intersection([.managedSave, .snapshotsMetadata]), leftovers.intersection(.managedSave),
            ]
            for flags in known where !flags.isEmpty {
                if virDomainUndefineFlags(domain, flags.rawValue) == 0 { return }
                let error = LibvirtError.last("virDomainUndefineFlags")
                guard error.code.meansUnsupported else { throw error }
            }
            try check("virDomainUndefine", virDomainUndefine(domain))
        }
    }
}
