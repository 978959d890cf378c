/// Finds the link of a machine's interface in a network, by the interface's MAC address.
package struct InterfacePlaces {
    private var links: [MACAddress: (link: String, address: InterfaceAddress?)] = [:]

    package init(of network: VirtualNetwork) {
        for link in network.links {
            for end in link.ends where links[end.mac] == nil { links[end.mac] = (link.name, end.address) }
        }
    }

    func words(_ interface: DomainSpec.Interface) -> String {
        guard let place = links[interface.mac] else { return "on bridge \(interface.bridge)" }
        return "on link \(place.link)" + (place.address.map { " as \($0)" } ?? "")
    }
}
