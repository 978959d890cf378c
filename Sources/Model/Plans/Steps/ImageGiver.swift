/// A host that has a file of an image whole, and may send it to others.
package struct ImageGiver: Sendable, Equatable {
    package var node: Node
    package var volume: VolumeName

    package init(node: Node, volume: VolumeName) {
        self.node = node
        self.volume = volume
    }
}

extension Fleet {
    /// Hosts that may send a file to another one. First those whose addresses begin as that one's do: most likely they are
    /// near it.
    package func givers(of digest: Digest, to node: Node) -> [ImageGiver] {
        let copies = imagesOnNodes.filter { $0.digest == digest && $0.node != node.name }
        let givers = copies.compactMap { copy in
            nodes.first { $0.name == copy.node && $0.absence == nil }.map { ImageGiver(node: $0, volume: copy.volume) }
        }
        return givers.sorted { ($1.node.likeness(to: node), $0.node.name) < ($0.node.likeness(to: node), $1.node.name) }
    }
}

extension Node {
    /// How many bits two of their addresses have in common from the start.
    fileprivate func likeness(to other: Node) -> Int {
        let (own, others) = (addresses.compactMap(IPAddress.init), other.addresses.compactMap(IPAddress.init))
        return own.flatMap { one in others.map { one.bitsInCommon(with: $0) } }.max() ?? 0
    }
}

extension IPAddress {
    /// From the start; 0 for one of the other family.
    fileprivate func bitsInCommon(with other: IPAddress) -> Int {
        guard isIPv6 == other.isIPv6 else { return 0 }
        let differing = zip(bytes, other.bytes).enumerated().first { $1.0 != $1.1 }
        guard let (index, (one, two)) = differing else { return bits }
        return index * 8 + (one ^ two).leadingZeroBitCount
    }
}
