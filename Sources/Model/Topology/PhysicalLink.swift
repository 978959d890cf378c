/// An IP segment where hosts meet. That they do is concluded from their addresses, not tried.
package struct PhysicalLink: Sendable, Equatable {
    package struct End: Sendable, Equatable {
        package var host: String
        /// Those that lead there: the one that has the address, or the ports of the bridge that has it.
        package var interfaces: [String]
        package var bridge: String?
        package var address: InterfaceAddress
        /// Whether one of its interfaces is up.
        package var isUp: Bool
    }

    package var prefix: IPPrefix
    package var ends: [End]

    /// What is wrong with it, in words; `nil` where nothing was found.
    package var fault: String? {
        guard let down = ends.first(where: { !$0.isUp }) else { return nil }
        return "on host \(down.host): \(down.interfaces.joined(separator: ", ")) is down"
    }

    /// Where several hosts have an address of one prefix, by prefix; ends by host.
    ///
    /// An address counts where it leads out of its host: on an interface, or on a bridge that has one as its port. A
    /// bridge without one, such as that of a libvirt network, has the same prefix on many hosts and joins none.
    package static func all(among hosts: [String: HostLinks]) -> [PhysicalLink] {
        var ends: [IPPrefix: [End]] = [:]
        for (host, seen) in hosts.sorted(by: { $0.key < $1.key }) {
            for end in Self.ends(of: host, seen) {
                ends[IPPrefix(end.address.address, length: end.address.prefix), default: []].append(end)
            }
        }
        return ends.filter { Set($0.value.map(\.host)).count > 1 }.map { PhysicalLink(prefix: $0, ends: $1) }
            .sorted { ($0.prefix.isIPv6 ? 1 : 0, $0.description) < ($1.prefix.isIPv6 ? 1 : 0, $1.description) }
    }

    private var description: String { prefix.description }

    private static func ends(of host: String, _ seen: HostLinks) -> [End] {
        let own = seen.interfaces.flatMap { interface in
            interface.addresses.map {
                End(host: host, interfaces: [interface.name], bridge: nil, address: $0, isUp: interface.isUp)
            }
        }
        let ports = Dictionary(grouping: seen.interfaces.filter { $0.bridge != nil }) { $0.bridge ?? "" }
        let bridged = seen.ownBridges.flatMap { bridge -> [End] in
            guard let ports = ports[bridge.name] else { return [] }
            // Shared by all of its addresses, which may be many.
            let (names, isUp) = (ports.map(\.name), bridge.isOn && ports.contains(where: \.isUp))
            return bridge.addresses.map {
                End(host: host, interfaces: names, bridge: bridge.name, address: $0, isUp: isUp)
            }
        }
        // An address of its own alone is in no segment.
        return (own + bridged).filter { $0.address.prefix < $0.address.address.bits }
    }
}
