internal import FoundationEssentials
internal import Libvirt
internal import Model

/// The one long-lived connection to a host, opened when it is first needed and again when it was lost.
///
/// While the host does not answer, callers are told so at once, with since when and why; it is tried again after a pause
/// that grows from 0.2 s to 10 s.
actor HostSession {
    private let node: Node
    private let identity: SSHIdentity
    private var open: Opened?
    private var opening: Task<Result<Opened, Refusal>, Never>?
    private var lost: Lost?

    struct Opened: Sendable {
        var connection: Connection
        var route: Route
    }

    private struct Lost {
        var since: Date
        var why: Refusal
        var retry: ContinuousClock.Instant
        var pause: Duration
    }

    init(node: Node, identity: SSHIdentity) {
        self.node = node
        self.identity = identity
    }

    /// - Throws: `nodeUnreachable`, `nodeKeyRefused`, and what a route says of itself.
    func opened() async throws(Refusal) -> Opened {
        if let open, open.connection.closed.reason == nil, !open.connection.isSuspect { return open }
        open = nil
        if let lost, ContinuousClock.now < lost.retry { throw lost.why }
        let task = opening ?? Task { await Self.open(node, identity) }
        opening = task
        let result = await task.value
        if opening == task { note(result) }
        return try result.get()
    }

    private func note(_ result: Result<Opened, Refusal>) {
        opening = nil
        switch result {
        case .success(let opened):
            open = opened
            lost = nil
        case .failure(let refusal):
            let since = lost?.since ?? Date()
            let pause = min((lost?.pause ?? .milliseconds(100)) * 2, .seconds(10))
            var why = refusal
            why.reason += " (since \(since.formatted(.iso8601)))"
            lost = Lost(since: since, why: why, retry: .now + pause, pause: pause)
        }
    }

    func close() async {
        let connection = open?.connection
        open = nil
        await connection?.close()
        guard case .ssh(let target)? = open?.route.shell, target.controlPath != nil else { return }
        _ = try? await Program(name: "ssh", arguments: target.options + ["-O", "exit", target.destination])
            .run(seconds: 2)
    }

    private static func open(_ node: Node, _ identity: SSHIdentity) async -> Result<Opened, Refusal> {
        var first: Refusal?
        do throws(Refusal) {
            for route in try Route.all(to: node, identity: identity) {
                do throws(Refusal) {
                    return .success(try await open(route, node))
                } catch {
                    first = first ?? error
                }
            }
        } catch {
            first = error
        }
        return .failure(
            (first ?? Refusal(.nodeUnreachable, "host '\(node.name)' has no address")).at(node: node.name))
    }

    private static func open(_ route: Route, _ node: Node) async throws(Refusal) -> Opened {
        var route = route
        if case .ssh(let target)? = route.shell {
            let told = HostDescription(try await Shell.ssh(target).run(.describe, [], seconds: 8))
            if told.isXen { route.uri = target.libvirtURI(driver: "xen") }
        }
        do {
            let connection = try await Connection.open(route.uri, deadline: .seconds(5), callDeadline: .seconds(30))
            return Opened(connection: connection, route: route)
        } catch {
            var refusal = Refusal(error)
            if refusal.code == .hypervisorFailed || refusal.code == .timedOut { refusal.code = .nodeUnreachable }
            refusal.reason = "host '\(node.name)' does not answer: \(error.message)"
            throw refusal
        }
    }
}

/// What the script `describe` tells of a host.
struct HostDescription: Sendable {
    var isXen = false
    var bridges: [HostSurvey.Bridge] = []
    var tools: Set<String> = []

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("hypervisor", 2): isXen = words[1] == "xen"
            case ("bridge", 3): bridges.append(.init(name: words[1], isPhysical: words[2] == "physical"))
            case ("tool", 2): tools.insert(words[1])
            default: continue
            }
        }
    }
}
