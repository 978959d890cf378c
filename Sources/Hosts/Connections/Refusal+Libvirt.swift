internal import Libvirt
internal import Model

extension Refusal {
    /// What a libvirt error means to a caller. libvirt's own words go along: they name what the host objects to.
    init(_ error: LibvirtError) {
        let (code, words): (Code, String) =
            switch error.code {
            case .noDomain: (.machineNotFound, "the host has no such machine")
            case .noSupport, .operationUnsupported, .argumentUnsupported:
                (.notOffered, "the hypervisor does not offer this: \(error.told)")
            // The host is well: the machine is just being moved, saved or changed.
            case .operationTimeout where error.message.contains("state change lock"):
                (.machineBusy, "the machine is busy on its host, try again later: \(error.told)")
            case .operationTimeout: (.timedOut, "the host did not answer in time")
            case .noConnect, .rpc, .invalidConnection,
                .internalError where error.meansLostConnection, .systemError where error.meansLostConnection:
                (.hostUnreachable, "the connection to the host was lost: \(error.told)")
            case .authFailed: (.hostUnreachable, "the host does not accept us: \(error.told)")
            case _ where error.message.contains("No space left on device"):
                (.storageFull, "the host has no room left: \(error.told)")
            default: (.hypervisorFailed, "the hypervisor refused: \(error.told)")
            }
        self.init(code, words, detail: "\(error.call): \(error)")
    }

    /// The same of an error of a call over a connection that may well stand: libvirt uses the words for a lost connection also
    /// of QEMU's monitor, of guests' agents and of other hosts. What a transfer says is of the connection that carried it.
    static func of(_ error: LibvirtError, over connection: Connection) async -> Refusal {
        let told = Refusal(error)
        guard told.code == .hostUnreachable, [.internalError, .systemError].contains(error.code), !error.isOfTransfer,
            await connection.answers(within: .seconds(2))
        else { return told }
        return Refusal(.hypervisorFailed, "the hypervisor refused: \(error.told)", detail: told.detail)
    }
}

extension Refusal {
    /// Why no connection came about. Over SSH libvirt tells of the host; otherwise its words tell which files and sockets this
    /// server's own machine has, and go to the log.
    init(_ error: LibvirtError, opening route: Route, _ host: Host) {
        self.init(error)
        let why: String
        switch route.shell {
        case .ssh?:
            why = error.told
            if code == .hypervisorFailed || code == .timedOut { code = .hostUnreachable }
        case _ where error.code == .operationTimeout:
            (why, code) = ("it was not heard in time", .hostUnreachable)
        case .local?:
            why =
                "libvirt on the server's own machine takes no connection there; is its daemon running? The server's log tells more"
            code = .hostUnreachable
        case nil:
            why =
                "libvirt takes no connection there; are name, port and both sides' certificates right? The server's log tells more"
            code = .hostUnreachable
        }
        reason = "host '\(host.name)' does not answer: \(why)"
        self.host = host.name
    }
}

extension LibvirtError {
    /// libvirt's own words, unless they quote what a parser of its read: that is nobody's to see who did not write it, and
    /// goes to the log.
    var told: String {
        switch code {
        case .xmlDetail, .configurationSyntax: "libvirt could not read what it was given"
        default: message.shown(400)
        }
    }

    fileprivate var isOfTransfer: Bool {
        ["virStream", "virStorageVolUpload", "virStorageVolDownload"].contains { call.hasPrefix($0) }
    }

    /// A connection that died during a call shows under several codes.
    fileprivate var meansLostConnection: Bool {
        code == .noConnect || code == .invalidConnection || message.contains("connection")
            || ["keepalive", "socket", "client", "Broken pipe", "reset by peer", "End of file"].contains {
                message.contains($0)
            }
    }
}
