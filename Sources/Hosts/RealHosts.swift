package import Control
internal import FoundationEssentials
internal import Libvirt
package import Logging
package import Model

/// The port to real hosts: libvirt for what it has a call for, SSH or a local shell for the rest.
///
/// It decides nothing and remembers nothing but its connections.
package actor RealHosts: Hypervisor {
    let vault: any ImageVault
    let access: HostAccess
    let log: Logger
    private var sessions: [String: (node: Node, session: HostSession)] = [:]

    package init(vault: any ImageVault, access: HostAccess, log: Logger) {
        self.vault = vault
        self.access = access
        self.log = log
    }

    func session(_ node: Node) -> HostSession {
        // Maintenance, or a shutdown, is no reason for another connection.
        if let known = sessions[node.name], known.node.isReached(like: node) { return known.session }
        let session = HostSession(node: node, access: access)
        sessions[node.name] = (node, session)
        return session
    }

    /// Whether a session is still the one by which a host is reached.
    func isCurrent(_ session: HostSession, of node: Node) -> Bool { sessions[node.name]?.session === session }

    package func contact(_ node: Node, trustsFirstUse: Bool) async throws(Refusal) -> Node {
        var node = node
        if node.uri == nil {
            if let text = node.hostKey {
                node.hostKey = try HostKey(checking: text).text
            } else if trustsFirstUse {
                node.hostKey = try await access.identity.scan(node)
                log.notice("host key trusted on first use", metadata: ["node": "\(node.name)"])
            }
        }
        // A host that is registered otherwise keeps its connection until the new one stands.
        let fresh = HostSession(node: node, access: access)
        do {
            _ = try await fresh.opened(patience: nil)
        } catch {
            await fresh.close()
            log.notice(
                "host not reached: \(error.reason)",
                metadata: ["node": "\(node.name)", "detail": "\(error.detail ?? "")"])
            // Its pinned key is written down once for each host.
            if let old = sessions[node.name], old.node.uri == nil { _ = try? access.identity.targets(of: old.node) }
            throw error
        }
        let old = sessions.updateValue((node, fresh), forKey: node.name)
        await old?.session.close()
        return node
    }

    package func credential() async throws(Refusal) -> String {
        guard let key = access.identity.publicKey else {
            throw Refusal(.internalError, "this server has no SSH key yet")
        }
        return key
    }

    package func forget(_ node: String) async {
        await sessions.removeValue(forKey: node)?.session.close()
        if sessions[node] == nil { access.identity.forget(node) }
    }

    /// Closes every connection; the end of the server.
    package func close() async {
        for name in sessions.keys { await forget(name) }
        access.identity.clean()
    }

    /// Asks a host something that it answers at once when it is well: whoever asks is not kept longer than the patience
    /// of this server, however the host hangs.
    ///
    /// A host that does not tell, and answers otherwise, is not lost: libvirt waits for a machine that is busy.
    ///
    /// - Parameter subject: what it is asked about. While a call about the same machine hangs, it is not asked again: a daemon
    ///   serves few calls of one connection at once, and other machines' need theirs.
    nonisolated func read<Value: Sendable>(
        _ node: Node, about subject: Subject = .host,
        _ body: @escaping @Sendable (HostSession.Opened) async throws -> Value
    ) async throws(Refusal) -> Value {
        let (start, patience) = (Date(), access.patience)
        let session = await session(node)
        // Asked meanwhile, so that nobody waits for it when the patience is over.
        let asking = Task { () async -> Bool in
            guard (try? await Task.sleep(for: patience / 2)) != nil else { return false }
            return await session.stillAnswers(within: patience / 2)
        }
        defer { asking.cancel() }
        let work = Task { () async -> Result<Value, Refusal> in
            do throws(Refusal) {
                return .success(
                    try await with(node) { opened in
                        let connection = opened.connection
                        if let key = subject.key, connection.hangs(about: key) {
                            throw subject.busy(on: node, patience)
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
        // Of a whole host, it may as well be the host that hangs, or a program of it.
        let hangs = await session.isSuspect
        if subject.key != nil || hangs, await asking.value {
            throw subject.busy(on: node, patience)
        }
        throw await session.silence(start, "no answer within \(patience.formatted)")
    }

    /// Runs `body` with the host's connection and says what its errors mean.
    nonisolated func with<Result: Sendable>(
        _ node: Node, _ body: @Sendable (HostSession.Opened) async throws -> Result
    ) async throws(Refusal) -> Result {
        let opened = try await session(node).opened(patience: access.patience)
        do {
            return try await body(opened)
        } catch let refusal as Refusal {
            throw refusal.naming(node)
        } catch let error as LibvirtError {
            throw await Refusal.of(error, over: opened.connection).naming(node)
        } catch is CancellationError {
            throw Refusal(.cancelled, "the call was cancelled")
        } catch {
            throw Refusal(.internalError, "the host could not be asked", detail: String(describing: error))
        }
    }
}

/// What a host is asked about.
enum Subject: Sendable {
    case host
    case machine(MachineID)
    case name(String)

    /// Tells machines apart; `nil` for the host itself.
    var key: String? {
        switch self {
        case .host: nil
        case .machine(let id): id.text
        case .name(let name): name
        }
    }

    func busy(on node: Node, _ patience: Duration) -> Refusal {
        let why = "it is just being moved, saved or changed; try again later"
        switch self {
        case .host:
            return Refusal(
                .machineBusy,
                "host '\(node.name)' answers, but does not tell what it has within \(patience.formatted): a machine on it is just "
                    + "being moved, saved or changed; try again later", node: node.name)
        case .machine:
            return Refusal(
                .machineBusy,
                "the machine is busy: its host answers, but tells nothing of it within \(patience.formatted): \(why)",
                node: node.name)
        case .name(let name):
            return Refusal(
                .machineBusy, .machineName,
                "\(.machineName) is '\(name.shown)': its host answers, but tells nothing of it within "
                    + "\(patience.formatted): \(why)",
                value: name.shown, node: node.name, machine: name.shown)
        }
    }
}
