internal import FoundationEssentials
internal import Libvirt
internal import Model

/// The long-lived connection to a host, opened when it is first needed and again when it was lost, and a second one for
/// what streams, so that no call waits behind an upload.
///
/// Once a host is known not to answer, callers are told so at once, with since when and why, while it is tried again
/// behind them after a pause that grows from 0.2 s to 10 s.
actor HostSession {
    private let host: Host
    private let access: HostAccess
    private var open: Opened?
    private var streaming: Connection?
    private var openingStreams: Task<Result<Connection, Refusal>, Never>?
    private var opening: Task<Result<Opened, Refusal>, Never>?
    private var lost: Lost?
    /// Whether the host answers, which is just being asked.
    private var asking: Task<Bool, Never>?
    /// When the last connection was found dead.
    private var dropped: Date?
    /// Whose shared SSH connection may be dead without knowing it; it is ended before the next attempt.
    private var suspect: SSHTarget?

    struct Opened: Sendable {
        var connection: Connection
        var route: Route
        var facts: HostFacts
        let learned = LearnedFacts()
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
        own.identity = access.identity.apart()
        self.access = own
    }

    /// - Parameter patience: how long to wait while it is being opened; `nil` for as long as an attempt takes, even
    ///   when the last one failed.
    /// - Throws: `hostUnreachable`, `hostKeyRefused`, and what a route says of itself.
    func opened(patience: Duration?) async throws(Refusal) -> Opened {
        if let open {
            if open.connection.closed.reason == nil {
                if !open.connection.isSuspect { return open }
                if await answers(open) { return open }
            }
            // Another may have found it out meanwhile.
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

    /// Whether a call over the connection that is open hangs.
    var isSuspect: Bool { open?.connection.isSuspect ?? false }

    /// Whether the host answers, as far as a connection to it is open.
    func stillAnswers(within limit: Duration = .seconds(2)) async -> Bool {
        guard let open, open.connection.closed.reason == nil else { return false }
        return await answers(open, within: limit)
    }

    /// A call that hangs may wait for one machine that is busy, and not for the host.
    private func answers(_ open: Opened, within limit: Duration = .seconds(2)) async -> Bool {
        let asking = self.asking ?? Task { await open.connection.answers(within: limit) }
        self.asking = asking
        let answer = await asking.value
        self.asking = nil
        return answer
    }

    /// A connection of its own for uploads and downloads.
    ///
    /// - Throws: as ``opened(patience:)``.
    func streams(patience: Duration) async throws(Refusal) -> Connection {
        let opened = try await opened(patience: patience)
        if let streaming, streaming.closed.reason == nil, !streaming.isSuspect { return streaming }
        return try await openStreams(opened).value.get()
    }

    private func openStreams(_ opened: Opened) -> Task<Result<Connection, Refusal>, Never> {
        if let openingStreams { return openingStreams }
        let task = Task { () async -> Result<Connection, Refusal> in
            let result: Result<Connection, Refusal>
            do throws(LibvirtError) {
                result = .success(try await Connection.open(opened.route.uri, keepAlive: access.keepAlive))
            } catch {
                result = .failure(Refusal(error, opening: opened.route, host))
            }
            await noteStreams(result, of: opened)
            return result
        }
        openingStreams = task
        return task
    }

    /// Keeps it, unless the host was lost or left meanwhile.
    private func noteStreams(_ result: Result<Connection, Refusal>, of opened: Opened) async {
        openingStreams = nil
        guard case .success(let connection) = result else { return }
        if open?.connection === opened.connection { streaming = connection } else { await connection.close() }
    }

    /// What a caller is told whose patience is over.
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
            // Over SSH that takes long enough to be felt by the first who sends something.
            if case .ssh? = opened.route.shell { _ = openStreams(opened) }
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
        let connections = [open?.connection, streaming].compactMap { $0 }
        open = nil
        streaming = nil
        dropped = dropped ?? Date()
        // Whoever reads its events finds their end.
        Task { for connection in connections { await connection.close() } }
    }

    /// The host is known to be gone: whoever still waits for an answer over this connection need not.
    func lose() {
        if open != nil { drop() }
    }

    private var shared: SSHTarget? { if case .ssh(let target)? = open?.route.shell { target } else { nil } }

    func close() async {
        let target = shared
        let connections = [open?.connection, streaming].compactMap { $0 }
        open = nil
        streaming = nil
        for connection in connections { await connection.close() }
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
                let told = try await Shell.ssh(target).description(seconds: access.scriptSeconds)
                if told.isXen { route = Route(ssh: target, driver: "xen") }
            } catch {
                if error.code == .timedOut { await target.disconnect() }
                throw error
            }
        }
        do {
            let connection = try await Connection.open(
                route.uri, deadline: max(.seconds(5), access.patience), keepAlive: access.keepAlive,
                // libvirt itself waits 30 s for a machine that is busy, and then says so.
                callDeadline: max(.seconds(40), access.patience))
            let facts = try await HostFacts(of: connection)
            return Opened(connection: connection, route: route, facts: facts)
        } catch {
            throw Refusal(error, opening: route, host)
        }
    }
}

extension Duration {
    /// In seconds, for people: `4.5 s`.
    var formatted: String {
        let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
