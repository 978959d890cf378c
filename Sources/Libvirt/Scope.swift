import CLibvirt

/// The scope of a change (`virDomainModificationImpact`).
public enum Scope: Sendable, Hashable {
    /// The running domain if it runs, otherwise its definition. Some drivers support only this scope.
    case current
    /// The running domain.
    case live
    /// The definition, from the next start on.
    case configuration
    /// Both: the running domain if it runs, and the definition if it is defined.
    case everywhere

    /// The flags for `domain`, on the calling thread (`virDomainIsActive`, `virDomainIsPersistent`).
    func flags(for domain: OpaquePointer) throws(LibvirtError) -> UInt32 {
        let live = UInt32(VIR_DOMAIN_AFFECT_LIVE.rawValue)
        let configuration = UInt32(VIR_DOMAIN_AFFECT_CONFIG.rawValue)
        switch self {
        case .current: return UInt32(VIR_DOMAIN_AFFECT_CURRENT.rawValue)
        case .live: return live
        case .configuration: return configuration
        case .everywhere:
            let runs = try check("virDomainIsActive", virDomainIsActive(domain)) == 1
            let isDefined = try check("virDomainIsPersistent", virDomainIsPersistent(domain)) == 1
            return (runs ? live : 0) | (isDefined ? configuration : 0)
        }
    }

    /// Makes the change with this scope's flags. `.everywhere` falls back to `.current` where the driver refuses flags.
    func apply(_ call: String, to domain: OpaquePointer, _ change: (UInt32) -> Int32) throws(LibvirtError) {
        let flags = try flags(for: domain)
        if change(flags) >= 0 { return }
        let error = LibvirtError.last(call)
        guard self == .everywhere, flags != 0, error.code.meansUnsupported else { throw error }
        try check(call, change(0))
    }
}
