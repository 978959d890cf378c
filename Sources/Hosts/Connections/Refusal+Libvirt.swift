internal import Libvirt
internal import Model

extension Refusal {
    /// Translates a libvirt error for a caller. The reason includes libvirt's own message, which names what the host
    /// objects to.
    init(_ error: LibvirtError) {
        let (code, words): (Code, String) =
            switch error.code {
            case .noDomain: (.machineNotFound, "the host has no such machine")
            case .noSupport, .operationUnsupported, .argumentUnsupported:
                (.notOffered, "the hypervisor does not offer this: \(error.shownMessage)")
            // The host works; the machine is being moved, saved or changed.
            case .operationTimeout where error.message.contains("state change lock"):
                (.machineBusy, "the machine is busy on its host, try again later: \(error.shownMessage)")
            case .operationTimeout: (.timedOut, "the host did not answer in time")
            case .noConnect, .rpc, .invalidConnection,
                .internalError where error.meansLostConnection, .systemError where error.meansLostConnection:
                (.hostUnreachable, "the connection to the host was lost: \(error.shownMessage)")
            case .authFailed: (.hostUnreachable, "the host does not accept us: \(error.shownMessage)")
            case _ where error.message.contains("No space left on device"):
                (.storageFull, "the host has no room left: \(error.shownMessage)")
            default: (.hypervisorFailed, "the hypervisor refused: \(error.shownMessage)")
            }
        self.init(code, words, detail: "\(error.call): \(error)")
    }

    /// Translates the error of a call over a connection that may still work. libvirt uses the words for a lost
    /// connection also for QEMU's monitor, guests' agents and other hosts. An error of a transfer always concerns the
    /// connection that carried it.
    static func of(_ error: LibvirtError, over connection: Connection) async -> Refusal {
        let refusal = Refusal(error)
        guard refusal.code == .hostUnreachable, [.internalError, .systemError].contains(error.code),
            !error.isOfTransfer,
            await connection.answers(within: .seconds(2))
        else { return refusal }
        return Refusal(.hypervisorFailed, "the hypervisor refused: \(error.shownMessage)", detail: refusal.detail)
    }
}

extension Refusal {
    /// The refusal for a connection that could not be opened. Over SSH, libvirt's message concerns the host. Otherwise
    /// the message shows files and sockets of this server's own machine, so it goes only to the log.
    init(_ error: LibvirtError, opening route: Route, _ host: Host) {
        self.init(error)
        let why: String
        switch route.shell {
        case .ssh?:
            why = error.shownMessage
            if code == .hypervisorFailed || code == .timedOut { code = .hostUnreachable }
        case _ where error.code == .operationTimeout:
            (why, code) = ("there was no answer in time", .hostUnreachable)
        case .local?:
            why =
                "libvirt on the server's own machine accepts no connection there; is its daemon running? The server's log has details"
            code = .hostUnreachable
        case nil:
            why =
                "libvirt accepts no connection there; are name, port and both sides' certificates right? The server's log has details"
            code = .hostUnreachable
        }
        reason = "host '\(host.name)' does not answer: \(why)"
        self.host = host.name
    }
}

extension LibvirtError {
    /// libvirt's own message, unless it quotes text that libvirt's parser has read: only the author of that text may
    /// see it, so it goes to the log.
    var shownMessage: String {
        switch code {
        case .xmlDetail, .configurationSyntax: "libvirt could not read what it was given"
        default: message.shown(400)
        }
    }

    fileprivate var isOfTransfer: Bool {
        ["virStream", "virStorageVolUpload", "virStorageVolDownload"].contains { call.hasPrefix($0) }
    }

    /// Whether the connection died during the call, for which libvirt uses several codes.
    fileprivate var meansLostConnection: Bool {
        code == .noConnect || code == .invalidConnection || message.contains("connection")
            || ["keepalive", "socket", "client", "Broken pipe", "reset by peer", "End of file"].contains {
                message.contains($0)
            }
    }
}
