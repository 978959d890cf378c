/// An IP segment that connects hosts. The connection is concluded from their addresses, not tested.
package struct PhysicalLink: Sendable, Equatable {
    package struct End: Sendable, Equatable {
        package var host: String
        /// The interfaces that lead there: the one with the address, or the ports of the bridge with the
        /// address.
        package var interfaces: [String]
        package var bridge: String?
        package var address: InterfaceAddress
        /// Whether one of its interfaces is up.
        package var isUp: Bool
    }

    package var prefix: IPPrefix
    package var ends: [End]

    /// The fault of the link, in words; `nil` if none was found.
    package var fault: String? {
        guard let down = ends.first(where: { !$0.isUp }) else { return nil }
        return "on host \(down.host): \(down.interfaces.joined(separator: ", ")) is down"
    }

    /// The prefixes in which several hosts have an address, sorted by prefix; ends are sorted by host.
    ///
    /// An address counts if it leads out of its host: it is on an interface, or on a bridge with an interface
    /// as its port. A bridge without such a port, for instance of a libvirt network, has the same prefix on
    /// many hosts and joins none.
    package static func all(among hosts: [String: HostLinks]) -> [PhysicalLink] {
        var ends: [IPPrefix: [End]] = [:]
        for (host, observed) in hosts.sorted(by: { $0.key < $1.key }) {
            for end in Self.ends(of: host, observed) {
                ends[IPPrefix(end.address.address, length: end.address.prefix), default: []].append(end)
            }
        }
        return ends.filter { Set($0.value.map(\.host)).count > 1 }.map { PhysicalLink(prefix: $0, ends: $1) }
            .sorted { ($0.prefix.isIPv6 ? 1 : 0, $0.description) < ($1.prefix.isIPv6 ? 1 : 0, $1.description) }
    }

    private var description: String { prefix.description }

    private static func ends(of host: String, _ observed: HostLinks) -> [End] {
        let own = observed.interfaces.flatMap { interface in
            interface.addresses.map {
                End(host: host, interfaces: [interface.name], bridge: nil, address: $0, isUp: interface.isUp)
            }
        }
        let ports = Dictionary(grouping: observed.interfaces.filter { $0.bridge != nil }) { $0.bridge ?? "" }
        let bridged = observed.ownBridges.flatMap { bridge -> [End] in
            guard let ports = ports[bridge.name] else { return [] }
            // Computed once for all addresses of the bridge, which may be many.
            let (names, isUp) = (ports.map(\.name), bridge.isOn && ports.contains(where: \.isUp))
            return bridge.addresses.map {
                End(host: host, interfaces: names, bridge: bridge.name, address: $0, isUp: isUp)
            }
        }
        // An address with a host prefix (/32 or /128) belongs to no segment.
        return (own + bridged).filter { $0.address.prefix < $0.address.address.bits }
    }
}
