package import Control
internal import FoundationEssentials
internal import Libvirt
package import Logging
package import Model

/// The adapter for real hosts. It uses libvirt where libvirt has a call, and scripts over SSH or a local shell
/// otherwise.
///
/// The adapter decides nothing and stores nothing except its connections.
package actor LibvirtHosts: Hypervisor {
    let vault: any ImageVault
    let access: HostAccess
    let log: Logger
    private var sessions: [String: (host: Host, session: HostSession)] = [:]

    package init(vault: any ImageVault, access: HostAccess, log: Logger) {
        self.vault = vault
        self.access = access
        self.log = log
    }

    func session(_ host: Host) -> HostSession {
        // A change of the maintenance or shutdown state needs no new connection.
        if let known = sessions[host.name], known.host.isReached(like: host) { return known.session }
        let session = HostSession(host: host, access: access)
        sessions[host.name] = (host, session)
        return session
    }

    /// Whether a session is still the current one of the host.
    func isCurrent(_ session: HostSession, of host: Host) -> Bool { sessions[host.name]?.session === session }

    package func contact(_ host: Host, trustsFirstUse: Bool) async throws(Refusal) -> Host {
        var host = host
        if host.uri == nil {
            if let text = host.hostKey {
                host.hostKey = try HostKey(checking: text).text
            } else if trustsFirstUse {
                host.hostKey = try await access.identity.scan(host)
                log.notice("host key trusted on first use", metadata: ["host": "\(host.name)"])
            }
        }
        // A host whose registration changes keeps its old connection until the new one is established.
        let fresh = HostSession(host: host, access: access)
        do {
            _ = try await fresh.opened(patience: nil)
        } catch {
            await fresh.close()
            log.notice(
                "host not reached: \(error.reason)",
                metadata: ["host": "\(host.name)", "detail": "\(error.detail ?? "")"])
            // Restore the old key files: each host has one set of files, which the failed attempt has overwritten.
            if let old = sessions[host.name], old.host.uri == nil { _ = try? access.identity.targets(of: old.host) }
            throw error
        }
        let old = sessions.updateValue((host, fresh), forKey: host.name)
        await old?.session.close()
        return host
    }

    package func credential() async throws(Refusal) -> String {
        guard let key = access.identity.publicKey else {
            throw Refusal(.internalError, "this server has no SSH key yet")
        }
        return key
    }

    package func forget(_ host: String) async {
        await sessions.removeValue(forKey: host)?.session.close()
        if sessions[host] == nil { access.identity.forget(host) }
    }

    /// Closes every connection when the server stops.
    package func close() async {
        for name in sessions.keys { await forget(name) }
        access.identity.clean()
    }

    /// Reads something that a healthy host answers immediately. The caller waits no longer than this server's patience,
    /// even if the host hangs.
    ///
    /// A host that does not answer this call, but answers another, is not lost: libvirt waits for a busy machine.
    ///
    /// - Parameter subject: what the call is about. While a call about the same machine hangs, no second call about it
    ///   is made: a daemon serves only a few calls of one connection concurrently, and the other machines need them.
    nonisolated func read<Value: Sendable>(
        _ host: Host, about subject: Subject = .host,
        _ body: @escaping @Sendable (HostSession.Opened) async throws -> Value
    ) async throws(Refusal) -> Value {
        let (start, patience) = (Date(), access.patience)
        let session = await session(host)
        // Ask in parallel, so that the caller does not wait for this answer after the patience has run out.
        let liveness = Task { () async -> Bool in
            guard (try? await Task.sleep(for: patience / 2)) != nil else { return false }
            return await session.stillAnswers(within: patience / 2)
        }
        defer { liveness.cancel() }
        let work = Task { () async -> Result<Value, Refusal> in
            do throws(Refusal) {
                return .success(
                    try await with(host) { opened in
                        let connection = opened.connection
                        if let key = subject.key, connection.hangs(about: key) {
                            throw subject.busy(on: host, patience)
                        }
                        return try await connection.concerning(subject.key) {
                            try await connection.withDeadline(patience) { try await body(opened) }
                        }
                    })
            } catch {
                return .failure(error)
            }
        }
        let result = await withTaskCancellationHandler {
            await Patience.wait(patience, for: work)
        } onCancel: {
            work.cancel()
        }
        if case .failure(let refusal)? = result, refusal.code != .timedOut { throw refusal }
        if case .success(let value)? = result { return value }
        // If the call is about the whole host, the host itself or one of its programs may hang.
        let hangs = await session.isSuspect
        if subject.key != nil || hangs, await liveness.value {
            throw subject.busy(on: host, patience)
        }
        throw await session.silence(start, "no answer within \(patience.formatted)")
    }

    /// Runs `body` with the host's connection and converts its errors to refusals.
    nonisolated func with<Result: Sendable>(
        _ host: Host, _ body: @Sendable (HostSession.Opened) async throws -> Result
    ) async throws(Refusal) -> Result {
        let opened = try await session(host).opened(patience: access.patience)
        do {
            return try await body(opened)
        } catch let refusal as Refusal {
            throw refusal.naming(host)
        } catch let error as LibvirtError {
            throw await Refusal.of(error, over: opened.connection).naming(host)
        } catch is CancellationError {
            throw Refusal(.cancelled, "the call was cancelled")
        } catch {
            throw Refusal(.internalError, "the call to the host failed", detail: String(describing: error))
        }
    }
}

/// The subject of a call to a host.
enum Subject: Sendable {
    case host
    case machine(MachineID)
    case name(String)

    /// The key that identifies the machine; `nil` for the host itself.
    var key: String? {
        switch self {
        case .host: nil
        case .machine(let id): id.text
        case .name(let name): name
        }
    }

    func busy(on host: Host, _ patience: Duration) -> Refusal {
        let why = "it is being moved, saved or changed; try again later"
        switch self {
        case .host:
            return Refusal(
                .machineBusy,
                "host '\(host.name)' answers, but does not report its state within \(patience.formatted): a machine on it is "
                    + "being moved, saved or changed; try again later", host: host.name)
        case .machine:
            return Refusal(
                .machineBusy,
                "the machine is busy: its host answers, but reports nothing about it within \(patience.formatted): \(why)",
                host: host.name)
        case .name(let name):
            return Refusal(
                .machineBusy, .machineName,
                "\(.machineName) is '\(name.shown)': its host answers, but reports nothing about it within "
                    + "\(patience.formatted): \(why)",
                value: name.shown, host: host.name, machine: name.shown)
        }
    }
}
