package import FoundationEssentials

/// What was found when a network was proven: by an operation that made, changed, repaired or moved it, or again later.
package struct Verification: Sendable, Equatable, Codable {
    package var time: Date
    /// What of each link's proof failed, by its name.
    package var faults: [String: Refusal]
    /// Whether every proof was asked for; after a fault the later ones are not, and say nothing of any link.
    package var isWhole: Bool
    /// Links of which it says nothing any more: a host of them was lost since, or a router on them stopped.
    package var doubted: Set<String> = []

    package init(time: Date, faults: [String: Refusal] = [:], isWhole: Bool = true) {
        self.time = time
        self.faults = faults
        self.isWhole = isWhole
    }
}

extension VirtualNetwork {
    /// Links with a part on a host.
    package func links(on host: String) -> [String] {
        links.filter { link in
            link.places.contains { $0.host == host } || link.ends.contains { $0.host == host }
        }.map(\.name)
    }

    /// Links that a router is on.
    package func links(of router: String) -> [String] { links.filter { $0.end(of: router) != nil }.map(\.name) }
}
