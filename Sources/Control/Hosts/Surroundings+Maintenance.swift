internal import Model

extension Surroundings {
    /// Keeps new machines away from a host, or lets them come again.
    ///
    /// - Returns: the host as it is recorded then.
    func setMaintenance(_ isOn: Bool, of node: Node) async throws(Refusal) -> Node {
        var node = node
        // Who says so of a host that is down has it kept when it is back.
        let isKept = node.shutDown?.liftsMaintenance == true
        guard (node.maintenance != nil) != isOn || isKept else { return node }
        node.setMaintenance(since: isOn ? node.maintenance ?? now() : nil)
        try await store.apply([.setMaintenance(node: node.name, since: node.maintenance)])
        await watch.note([
            HostEvent(
                .nodeMaintenance, node: node.name,
                words: isOn
                    ? "host '\(node.name)' takes no new machines" : "host '\(node.name)' takes new machines again",
                time: now())
        ])
        return node
    }
}
