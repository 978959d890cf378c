package import FoundationEssentials
internal import Logging
internal import Model

/// Hosts that were shut down on purpose: they are not lost, and are up again as soon as they answer.
extension HostWatch {
    /// Takes note that a host that was shut down is gone, whoever found it first.
    ///
    /// - Returns: since when it is down on purpose; `nil` for a host that is not.
    @discardableResult
    package func wentDown(_ name: String) async -> Date? {
        guard let node = await recorded(name), let mark = node.shutDown else { return nil }
        let isNews = condition(of: name)?.state != .down
        var down = node
        down.shutDown?.isDown = true
        become(NodeCondition(.down, since: mark.since, why: down.absence), name)
        guard isNews else { return mark.since }
        await doubt(linksOn: name)
        log.notice("host is down on purpose", metadata: ["node": "\(name)"])
        await note([
            HostEvent(
                .nodeShutDown, node: name, words: "host '\(name)' is down: it was shut down on purpose", time: now())
        ])
        // After the event: what ends in between is told once more, and not never.
        await record([.wentDown(node: name)], name)
        return mark.since
    }

    /// A host answers: its mark goes, and the maintenance that came with it, unless it is still on its way down.
    ///
    /// - Returns: what is to be told of it, once it is told that the host is up.
    func takeBack(_ node: Node) async -> [HostEvent] {
        guard let mark = await recorded(node.name)?.shutDown else { return [] }
        if await isBeingShutDown(node.name) {
            // The same run of it, or nobody can tell: the operation says what comes of it.
            guard let boot = try? await hypervisor.boot(of: node), boot != mark.boot else { return [] }
        }
        let lifts = mark.liftsMaintenance
        await record(
            (lifts ? [.setMaintenance(node: node.name, since: nil)] : []) + [.setShutdown(node: node.name, nil)],
            node.name)
        guard lifts else { return [] }
        let words = "host '\(node.name)' is back and takes new machines again"
        return [HostEvent(.nodeMaintenance, node: node.name, words: words, time: now())]
    }

    private func recorded(_ name: String) async -> Node? {
        try? await store.fleet().nodes.first { $0.name == name }
    }

    private func isBeingShutDown(_ name: String) async -> Bool {
        ((try? await store.unfinished()) ?? []).contains { operation in
            operation.goesOn && operation.switchesOff && operation.subject == .host(name: name)
        }
    }

    func record(_ changes: [RecordChange], _ name: String) async {
        do throws(Refusal) {
            try await store.apply(changes)
        } catch {
            log.error("a host's state could not be recorded: \(error.reason)", metadata: ["node": "\(name)"])
        }
    }
}
