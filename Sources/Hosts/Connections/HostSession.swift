internal import FoundationEssentials
internal import Libvirt
internal import Model

/// The long-lived connection to a host. It is opened when it is first needed, and again after it was lost. A second
/// connection carries files, so that no call waits behind an upload, and a third one consoles.
///
/// Once a host is known to be unreachable, callers immediately get a refusal with the reason and the time of the loss.
/// Meanwhile the session retries in the background, after a pause that grows from 0.2 s to 10 s.
actor HostSession {
    private let host: Host
    private let access: HostAccess
    private var open: Opened?
    private var streaming: [Streams: Connection] = [:]
    private var openingStreams: [Streams: Task<Result<Connection, Refusal>, Never>] = [:]
    private var opening: Task<Result<Opened, Refusal>, Never>?
    private var lost: Lost?
    /// The check under way whether the host answers.
    private var check: Task<Bool, Never>?
    /// The time when the last connection was found dead.
    private var dropped: Date?
    /// The target whose shared SSH connection may be dead without detecting it. The connection is ended before the next
    /// attempt.
    private var suspect: SSHTarget?

    struct Opened: Sendable {
        var connection: Connection
        var route: Route
        var facts: HostFacts
        let learned = LearnedFacts()
    }

    /// The kinds of streams; each has a connection of its own.
    enum Streams {
        case files, consoles

        /// Consoles are not read by calls. Calls of other threads at the same time could stop the connection's
        /// keepalive (see `Connection.answers(within:)`).
        var callsInFlight: Int { self == .files ? 4 : 1 }
    }

    private struct Lost {
        var since: Date
        var why: Refusal
        var retry: ContinuousClock.Instant
        var pause: Duration
    }

    init(host: Host, access: HostAccess) {
        self.host = host
        var own = access
        own.identity = access.identity.withOwnConnections()
        self.access = own
    }

    /// Returns the open connection, or opens one.
    ///
    /// - Parameter patience: how long to wait for the connection; `nil` to wait for as long as an attempt takes, even
    ///   if the last one failed.
    /// - Throws: `hostUnreachable`, `hostKeyRefused`, and the refusals of the routes.
    func opened(patience: Duration?) async throws(Refusal) -> Opened {
        if let open {
            if open.connection.closed.reason == nil {
                if !open.connection.isSuspect { return open }
                if await answers(open) { return open }
            }
            // Another caller may have dropped it in the meantime.
            if self.open?.connection === open.connection { drop() }
        }
        guard let patience else { return try await attempt().value.get() }
        if let lost {
            if ContinuousClock.now >= lost.retry { _ = attempt() }
            throw lost.why
        }
        let since = dropped ?? Date()
        guard let result = await Patience.wait(patience, for: attempt()) else {
            throw silence(since, "no connection within \(patience.formatted)")
        }
        return try result.get()
    }

    /// Whether a call over the open connection hangs.
    var isSuspect: Bool { open?.connection.isSuspect ?? false }

    /// Whether the host answers over its open connection; `false` if there is none.
    func stillAnswers(within limit: Duration = .seconds(2)) async -> Bool {
        guard let open, open.connection.closed.reason == nil else { return false }
        return await answers(open, within: limit)
    }

    /// Checks whether the host answers another call: a call that hangs may wait for one busy machine, and not for the
    /// host.
    private func answers(_ open: Opened, within limit: Duration = .seconds(2)) async -> Bool {
        let check = self.check ?? Task { await open.connection.answers(within: limit) }
        self.check = check
        let answer = await check.value
        self.check = nil
        return answer
    }

    /// Returns a separate connection for streams.
    ///
    /// - Throws: as ``opened(patience:)``.
    func streams(_ kind: Streams = .files, patience: Duration) async throws(Refusal) -> Connection {
        let opened = try await opened(patience: patience)
        if let known = streaming[kind], known.closed.reason == nil, !known.isSuspect { return known }
        return try await beginOpening(kind, opened).value.get()
    }

    private func beginOpening(_ kind: Streams, _ opened: Opened) -> Task<Result<Connection, Refusal>, Never> {
        if let opening = openingStreams[kind] { return opening }
        let task = Task { () async -> Result<Connection, Refusal> in
            let result: Result<Connection, Refusal>
            do throws(LibvirtError) {
                result = .success(
                    try await Connection.open(
                        opened.route.uri, keepAlive: access.keepAlive, callsInFlight: kind.callsInFlight))
            } catch {
                result = .failure(Refusal(error, opening: opened.route, host))
            }
            await note(kind, result, of: opened)
            return result
        }
        openingStreams[kind] = task
        return task
    }

    /// Keeps the new connection, unless the host was lost or closed in the meantime.
    private func note(_ kind: Streams, _ result: Result<Connection, Refusal>, of opened: Opened) async {
        openingStreams[kind] = nil
        guard case .success(let connection) = result else { return }
        guard open?.connection === opened.connection else { return await connection.close() }
        // The old one may wait for a call that hangs.
        if let old = streaming.updateValue(connection, forKey: kind) { Task { await old.close() } }
    }

    /// The refusal for a caller whose patience has run out.
    func silence(_ since: Date, _ what: String) -> Refusal {
        if let lost { return lost.why }
        return Refusal(
            .hostUnreachable, "host '\(host.name)' does not answer: \(what) (since \(since.formatted(.iso8601)))",
            host: host.name)
    }

    private func attempt() -> Task<Result<Opened, Refusal>, Never> {
        if let opening { return opening }
        let suspect = suspect
        self.suspect = nil
        let task = Task {
            if let suspect { await suspect.disconnect() }
            let result = await Self.open(host, access)
            note(result)
            return result
        }
        opening = task
        return task
    }

    private func note(_ result: Result<Opened, Refusal>) {
        opening = nil
        switch result {
        case .success(let opened):
            open = opened
            lost = nil
            dropped = nil
            // Over SSH, opening a connection takes so long that the first upload would notice it.
            if case .ssh? = opened.route.shell { _ = beginOpening(.files, opened) }
        case .failure(let refusal):
            let since = lost?.since ?? dropped ?? Date()
            let pause = min((lost?.pause ?? .milliseconds(100)) * 2, .seconds(10))
            var why = refusal
            why.reason += " (since \(since.formatted(.iso8601)))"
            lost = Lost(since: since, why: why, retry: .now + pause, pause: pause)
        }
    }

    private func drop() {
        suspect = shared
        let connections = takeConnections()
        dropped = dropped ?? Date()
        // The reader of its events notices that they end.
        Task { for connection in connections { await connection.close() } }
    }

    /// All open connections, which are forgotten.
    private func takeConnections() -> [Connection] {
        defer { (open, streaming) = (nil, [:]) }
        return [open?.connection].compactMap { $0 } + streaming.values
    }

    /// Drops the connection to a host that is known to be off, so that no caller waits for an answer over it.
    func lose() {
        if open != nil { drop() }
    }

    private var shared: SSHTarget? { if case .ssh(let target)? = open?.route.shell { target } else { nil } }

    func close() async {
        let target = shared
        for connection in takeConnections() { await connection.close() }
        await target?.disconnect()
    }

    private static func open(_ host: Host, _ access: HostAccess) async -> Result<Opened, Refusal> {
        var first: Refusal?
        do throws(Refusal) {
            for route in try Route.all(to: host, access: access) {
                do throws(Refusal) {
                    return .success(try await open(route, host, access))
                } catch {
                    first = first ?? error
                }
            }
        } catch {
            first = error
        }
        if first?.code == .timedOut {
            first = Refusal(
                .hostUnreachable, "host '\(host.name)' does not answer: \(first?.reason ?? "")", detail: first?.detail)
        }
        return .failure(
            (first ?? Refusal(.hostUnreachable, "host '\(host.name)' has no address")).at(host: host.name))
    }

    private static func open(_ route: Route, _ host: Host, _ access: HostAccess) async throws(Refusal) -> Opened {
        var route = route
        if case .ssh(let target)? = route.shell {
            do throws(Refusal) {
                let description = try await Shell.ssh(target).description(seconds: access.scriptSeconds)
                if description.isXen { route = Route(ssh: target, driver: "xen") }
            } catch {
                if error.code == .timedOut { await target.disconnect() }
                throw error
            }
        }
        do {
            let connection = try await Connection.open(
                route.uri, deadline: max(.seconds(5), access.patience), keepAlive: access.keepAlive,
                // libvirt itself waits 30 s for a busy machine, and then reports that.
                callDeadline: max(.seconds(40), access.patience))
            let facts = try await HostFacts(of: connection)
            return Opened(connection: connection, route: route, facts: facts)
        } catch {
            throw Refusal(error, opening: route, host)
        }
    }
}

extension Duration {
    /// The duration in seconds for messages: `4.5 s`.
    var formatted: String {
        let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
