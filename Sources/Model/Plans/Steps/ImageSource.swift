/// A host that has a complete file of an image, and may send it to others.
package struct ImageSource: Sendable, Equatable {
    package var host: Host
    package var volume: VolumeName

    package init(host: Host, volume: VolumeName) {
        self.host = host
        self.volume = volume
    }
}

extension Fleet {
    /// Hosts that may send a file to another host. Hosts whose addresses share the longest prefix with that
    /// host come first: most likely they are near it.
    package func imageSources(of digest: Digest, to host: Host) -> [ImageSource] {
        let copies = imagesOnHosts.filter { $0.digest == digest && $0.host != host.name }
        let imageSources = copies.compactMap { copy in
            hosts.first { $0.name == copy.host && $0.absence == nil }.map { ImageSource(host: $0, volume: copy.volume) }
        }
        return imageSources.sorted {
            ($1.host.likeness(to: host), $0.host.name) < ($0.host.likeness(to: host), $1.host.name)
        }
    }
}

extension Host {
    /// The longest prefix, in bits, that any two of their addresses have in common.
    fileprivate func likeness(to other: Host) -> Int {
        let (own, others) = (addresses.compactMap(IPAddress.init), other.addresses.compactMap(IPAddress.init))
        return own.flatMap { one in others.map { one.bitsInCommon(with: $0) } }.max() ?? 0
    }
}

extension IPAddress {
    /// Length of the common prefix in bits; 0 for addresses of different families.
    fileprivate func bitsInCommon(with other: IPAddress) -> Int {
        guard isIPv6 == other.isIPv6 else { return 0 }
        let differing = zip(bytes, other.bytes).enumerated().first { $1.0 != $1.1 }
        guard let (index, (one, two)) = differing else { return bits }
        return index * 8 + (one ^ two).leadingZeroBitCount
    }
}
