internal import Logging
package import Model
internal import ServiceLifecycle

/// Proves the networks of a host that came back, and records the results. Changes nothing.
///
/// A host that answers immediately after the server's start does not count as having come back: it is unknown whether
/// it was away, and proving every network at every start would cost more than the results are worth.
package actor NetworkWatch {
    private let networks: Networks
    private let with: ControlContext
    private let returns: AsyncStream<String>
    /// The pause between attempts, and between checks whether an operation has ended.
    private let pause: Duration
    private let patience: @Sendable (VirtualNetwork) -> Duration
    private var running: [String: Task<Void, Never>] = [:]
    /// Networks of which a host came back while they were being proven, with that host.
    private var requeued: [String: String] = [:]
    /// Networks whose verification waits for the end of an operation on them.
    private(set) var waiting: Set<String> = []

    /// - Parameters:
    ///   - returns: hosts that came back.
    ///   - patience: how long a network may take to be connected again.
    package init(
        _ context: ControlContext, returns: AsyncStream<String>, pause: Duration = .seconds(2),
        patience: @escaping @Sendable (VirtualNetwork) -> Duration = { .seconds($0.secondsToComeUp) }
    ) {
        networks = Networks(context)
        with = context
        self.returns = returns
        self.pause = pause
        self.patience = patience
    }

    /// Runs until the stream of hosts ends, or the task is cancelled.
    func follow() async {
        for await host in returns { await returned(host) }
        for task in running.values { task.cancel() }
    }

    private func returned(_ host: String) async {
        do throws(Refusal) {
            for network in try await with.store.fleet().networks where network.hosts.contains(host) {
                startVerification(of: network.name, after: host)
            }
        } catch {
            with.log.error("the networks could not be read: \(error.reason)")
        }
    }

    private func startVerification(of network: String, after host: String) {
        guard running[network] == nil else {
            requeued[network] = host
            return
        }
        running[network] = Task {
            await self.verify(network, after: host)
            self.ended(network)
        }
    }

    private func ended(_ network: String) {
        running[network] = nil
        if let host = requeued.removeValue(forKey: network), !Task.isCancelled {
            startVerification(of: network, after: host)
        }
    }

    private func verify(_ name: String, after host: String) async {
        do throws(Refusal) {
            guard let found = try await outcome(of: name) else { return }
            await with.watch.note([event(found, after: host)])
        } catch {
            with.log.warning(
                "network was not verified: \(error.reason)", metadata: ["network": "\(name)", "host": "\(host)"])
        }
    }

    /// The status once the network is connected, or has had enough time to come up. `nil` if there is nothing to
    /// report: the network is gone, a stuck operation must be resolved first, or another of its hosts is away, whose
    /// return will start the verification again.
    private func outcome(of name: String) async throws(Refusal) -> Networks.Status? {
        let clock = ContinuousClock()
        var firstDeadline: ContinuousClock.Instant?
        while !Task.isCancelled {
            guard let network = try await whenIdle(name), await allAnswer(network.hosts) else { return nil }
            let deadline = firstDeadline ?? clock.now + patience(network)
            firstDeadline = deadline
            let status = try await networks.verify(name, boots: true)
            // A result obtained while an operation changed the network, or a host was lost, is not reliable.
            let isSame = try await whenIdle(name) == network
            guard await allAnswer(network.hosts) else { return nil }
            if isSame, status.faults == [:] || clock.now >= deadline { return status }
            try? await Task.sleep(for: pause)
        }
        return nil
    }

    private func allAnswer(_ hosts: [String]) async -> Bool {
        for host in hosts {
            guard await with.watch.condition(of: host)?.state == .up else { return false }
        }
        return true
    }

    /// The network, once no operation on it or on its routers is unfinished; `nil` if there is no such network, or if
    /// one of the operations is stuck.
    private func whenIdle(_ name: String) async throws(Refusal) -> VirtualNetwork? {
        defer { waiting.remove(name) }
        while !Task.isCancelled {
            guard let network = try await with.store.fleet().networks.first(where: { $0.name == name }) else {
                return nil
            }
            let concerned = try await with.store.unfinished().filter(network.isConcerned)
            if concerned.contains(where: { !$0.isInProgress }) { return nil }
            guard !concerned.isEmpty else { return network }
            waiting.insert(name)
            try? await Task.sleep(for: pause)
        }
        return nil
    }

    private func event(_ status: Networks.Status, after host: String) -> HostEvent {
        let name = status.network.name
        let faults = (status.faults ?? [:]).sorted { $0.key < $1.key }
        guard let (link, first) = faults.first else {
            let down = status.network.links.filter(\.isDown).map(\.name)
            let but = down.isEmpty ? "" : ", except what is down on purpose (\(down.joined(separator: ", ")))"
            return HostEvent(
                .networkVerified, host: host, network: name,
                words: "network '\(name)' is connected: every link was proven after host \(host) came back\(but)",
                time: with.now())
        }
        let at = first.reason.hasPrefix("link '") ? "" : "link '\(link)': "
        let more = faults.count > 1 ? "; and \(faults.count - 1) more of its links failed" : ""
        return HostEvent(
            .networkFailed, host: host, network: name,
            words: "network '\(name)' is not connected after host \(host) came back: \(at)\(first.reason)\(more)",
            time: with.now())
    }
}

extension NetworkWatch: Service {
    package func run() async throws {
        await cancelWhenGracefulShutdown { await self.follow() }
    }
}

extension VirtualNetwork {
    /// The longest time that any of its routers may take from power-on to its routes, in seconds.
    package var secondsToComeUp: Int {
        (routers.map(\.bootSeconds).max() ?? 0).plus(routers.map(\.convergeSeconds).max() ?? 0)
    }

    fileprivate func isConcerned(by operation: UnfinishedOperation) -> Bool {
        switch operation.subject {
        case .machine(let machine, let host): routers.contains { $0.name == machine && $0.host == host }
        case .network(let other, _): other == name
        case .host: false
        }
    }
}
