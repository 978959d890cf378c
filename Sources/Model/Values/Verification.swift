package import FoundationEssentials

/// The result of the last proof of a network: by an operation that made, changed, repaired or moved it, or
/// later.
package struct Verification: Sendable, Equatable, Codable {
    package var time: Date
    /// Failures of links' proofs, by the link's name.
    package var faults: [String: Refusal]
    /// Whether every proof was requested; after a failure the later ones are not, so they say nothing about any
    /// link.
    package var isWhole: Bool
    /// Links about which the result is no longer valid: one of their hosts was lost since, a router on them stopped,
    /// or their conditions changed.
    package var doubted: Set<String> = []

    package init(time: Date, faults: [String: Refusal] = [:], isWhole: Bool = true) {
        self.time = time
        self.faults = faults
        self.isWhole = isWhole
    }

    /// The same result after a link was changed: nothing is known of that link any more.
    package func changing(_ link: String) -> Verification {
        var changed = self
        changed.faults[link] = nil
        changed.doubted.insert(link)
        return changed
    }

    /// Whether the link was proven, and the proof is not in doubt.
    package func proves(_ link: String) -> Bool { isWhole && faults[link] == nil && !doubted.contains(link) }
}

extension VirtualNetwork {
    /// Links with a part on a host.
    package func links(on host: String) -> [String] {
        links.filter { link in
            link.places.contains { $0.host == host } || link.ends.contains { $0.host == host }
        }.map(\.name)
    }

    /// Links on which the router has an interface.
    package func links(of router: String) -> [String] { links.filter { $0.end(of: router) != nil }.map(\.name) }
}
