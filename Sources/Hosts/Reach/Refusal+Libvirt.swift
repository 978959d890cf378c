internal import Libvirt
internal import Model

extension Refusal {
    /// What a libvirt error means to a caller. libvirt's own words go along: they name what the host objects to.
    init(_ error: LibvirtError) {
        let (code, words): (Code, String) =
            switch error.code {
            case .noDomain: (.machineNotFound, "the host has no such machine")
            case .noSupport, .operationUnsupported, .argumentUnsupported:
                (.notOffered, "the hypervisor does not offer this: \(error.message)")
            case .operationTimeout: (.timedOut, "the host did not answer in time")
            case .noConnect, .rpc, .invalidConnection,
                .internalError where error.meansLostConnection, .systemError where error.meansLostConnection:
                (.nodeUnreachable, "the connection to the host was lost: \(error.message)")
            case .authFailed: (.nodeUnreachable, "the host does not accept us: \(error.message)")
            case _ where error.message.contains("No space left on device"):
                (.storageFull, "the host has no room left: \(error.message)")
            default: (.hypervisorFailed, "the hypervisor refused: \(error.message)")
            }
        self.init(code, words, detail: "\(error.call): \(error)")
    }
}

extension LibvirtError {
    /// A connection that died during a call shows under several codes.
    fileprivate var meansLostConnection: Bool {
        code == .noConnect || code == .invalidConnection || message.contains("connection")
            || ["keepalive", "socket", "client", "Broken pipe", "reset by peer", "End of file"].contains {
                message.contains($0)
            }
    }
}
