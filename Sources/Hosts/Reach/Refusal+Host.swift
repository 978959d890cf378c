internal import Model

extension Refusal {
    /// What a host said, with its name: whoever reads it may have many.
    func naming(_ node: Node) -> Refusal {
        var copy = at(node: node.name)
        if code == .segmentTaken { copy.reason = "host '\(node.name)': \(reason)" }
        guard [.hypervisorFailed, .storageFull, .notOffered, .timedOut].contains(code) else { return copy }
        for subject in ["the host ", "this host "] where reason.hasPrefix(subject) {
            copy.reason = "host '\(node.name)' \(reason.dropping(prefix: subject))"
            return copy
        }
        if reason.hasPrefix("the hypervisor ") { copy.reason = "host '\(node.name)': \(reason)" }
        return copy
    }
}
