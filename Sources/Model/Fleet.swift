package import FoundationEssentials

/// One read of the store: everything a planner may know beside the survey of the host it plans for.
package struct Fleet: Sendable, Equatable {
    package var nodes: [Node]
    package var machines: [Machine]
    package var imagesOnNodes: [ImageOnNode]
    /// In the order of their names.
    package var networks: [VirtualNetwork]
    /// What was found when networks were proven last, by their names.
    package var verifications: [String: Verification] = [:]
    /// What was given up with hosts that did not answer, by host and id.
    package var abandoned: [Abandoned] = []

    package init(
        nodes: [Node], machines: [Machine], imagesOnNodes: [ImageOnNode], networks: [VirtualNetwork] = []
    ) {
        self.networks = networks
        self.nodes = nodes
        self.machines = machines
        self.imagesOnNodes = imagesOnNodes
    }

    /// - Throws: `nodeNotRegistered`, with the names there are.
    package func node(_ text: String, field: String = "phyServer") throws(Refusal) -> Node {
        guard let node = nodes.first(where: { $0.answers(to: text) }) else {
            let known =
                nodes.isEmpty ? "no host is registered" : "registered are \(nodes.map(\.name).joined(separator: ", "))"
            throw Refusal(
                .nodeNotRegistered, "\(field) is '\(text.shown)': no host of that name or address; \(known)",
                field: field, value: text.shown, node: text.shown)
        }
        return node
    }

    /// - Throws: `networkNotFound`, with the names there are.
    package func network(_ name: String) throws(Refusal) -> VirtualNetwork {
        guard let network = networks.first(where: { $0.name == name }) else {
            let known =
                networks.isEmpty ? "there is none" : "there are \(networks.map(\.name).joined(separator: ", "))"
            throw Refusal(
                .networkNotFound, "networkName is '\(name.shown)': no virtual network of that name; \(known)",
                field: "networkName", value: name.shown)
        }
        return network
    }

    /// Every MAC address that an interface of a machine of ours has, or of one that was given up.
    package var macs: Set<MACAddress> {
        Set(
            machines.compactMap(\.mac) + networks.flatMap(\.links).flatMap(\.ends).map(\.mac)
                + abandoned.flatMap(\.macs))
    }

    /// VNIs of our links, and of those of which a part was given up.
    package var vnis: Set<Int> {
        Set(networks.flatMap(\.links).compactMap(\.vni) + abandoned.compactMap(\.vni))
    }

    /// The record of a file on a host; `nil` unless it is whole there, in that volume.
    package func copy(_ digest: Digest, in volume: VolumeName, on node: String) -> ImageOnNode? {
        imagesOnNodes.first { $0.node == node && $0.digest == digest && $0.volume == volume }
    }

    package func machine(_ name: String, on node: Node) -> Machine? {
        machines.first { $0.name == name && $0.node == node.name }
    }
}

/// A file of an image that is whole on a host.
package struct ImageOnNode: Sendable, Hashable, Codable {
    package var node: String
    package var digest: Digest
    package var volume: VolumeName
    /// When it was sent, or a machine that uses it was created or destroyed, whichever was last; `nil` where nobody
    /// wrote it down.
    package var lastUsed: Date?
    /// Whether it lies on storage that another host has as well, whose machines may use it; it leaves no host by itself.
    package var isShared = false

    package init(node: String, digest: Digest, volume: VolumeName, lastUsed: Date? = nil) {
        self.node = node
        self.digest = digest
        self.volume = volume
        self.lastUsed = lastUsed
    }
}
