internal import Logging
package import Model
internal import ServiceLifecycle

/// Proves the networks of a host that came back, and records what was found. Changes nothing.
///
/// A host that answers at once when the server begins has not come back: nobody knows that it was away, and proving every
/// network at every start would cost more than it tells.
package actor NetworkWatch {
    private let networks: Networks
    private let with: ControlContext
    private let returns: AsyncStream<String>
    /// Between attempts, and between looks whether an operation has ended.
    private let pause: Duration
    private let patience: @Sendable (VirtualNetwork) -> Duration
    private var running: [String: Task<Void, Never>] = [:]
    /// Networks of which a host came back while they were being proven, and the host.
    private var again: [String: String] = [:]
    /// Networks that wait for the end of an operation on them.
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

    /// Until the last host has come back, or the task is cancelled.
    func follow() async {
        for await host in returns { await returned(host) }
        for task in running.values { task.cancel() }
    }

    private func returned(_ host: String) async {
        do throws(Refusal) {
            for network in try await with.store.fleet().networks where network.hosts.contains(host) {
                ask(network.name, after: host)
            }
        } catch {
            with.log.error("the networks could not be read: \(error.reason)")
        }
    }

    private func ask(_ network: String, after host: String) {
        guard running[network] == nil else {
            again[network] = host
            return
        }
        running[network] = Task {
            await self.verify(network, after: host)
            self.ended(network)
        }
    }

    private func ended(_ network: String) {
        running[network] = nil
        if let host = again.removeValue(forKey: network), !Task.isCancelled { ask(network, after: host) }
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

    /// What is found once the network holds, or has had the time to come up. `nil` where nothing is to be told: it is gone,
    /// a stuck operation has to be resolved first, or another host of it is away, whose return will ask again.
    private func outcome(of name: String) async throws(Refusal) -> Networks.Status? {
        let clock = ContinuousClock()
        var end: ContinuousClock.Instant?
        while !Task.isCancelled {
            guard let network = try await idle(name), await allAnswer(network.hosts) else { return nil }
            let last = end ?? clock.now + patience(network)
            end = last
            let status = try await networks.verify(name, boots: true)
            // What was found while somebody worked on it, or lost a host, says nothing.
            let isSame = try await idle(name) == network
            guard await allAnswer(network.hosts) else { return nil }
            if isSame, status.faults == [:] || clock.now >= last { return status }
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

    /// The network, once no operation on it or on a router of it is unfinished; `nil` when there is no such network, or
    /// one of them is stuck.
    private func idle(_ name: String) async throws(Refusal) -> VirtualNetwork? {
        defer { waiting.remove(name) }
        while !Task.isCancelled {
            guard let network = try await with.store.fleet().networks.first(where: { $0.name == name }) else {
                return nil
            }
            let concerned = try await with.store.unfinished().filter(network.isConcerned)
            if concerned.contains(where: { !$0.goesOn }) { return nil }
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
            return HostEvent(
                .networkVerified, host: host,
                words: "network '\(name)' is connected: every link was proven after host \(host) came back",
                time: with.now())
        }
        let at = first.reason.hasPrefix("link '") ? "" : "link '\(link)': "
        let more = faults.count > 1 ? "; and \(faults.count - 1) more of its links failed" : ""
        return HostEvent(
            .networkFailed, host: host,
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
    /// The longest that any of its routers may take from power to routes, in seconds.
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
