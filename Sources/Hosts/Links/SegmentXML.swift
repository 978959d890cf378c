internal import Model
internal import XML

/// Spells a ``Segment`` as libvirt's network XML: an isolated bridge without addresses, and what our hook on the host
/// needs to give it its VXLAN port.
struct SegmentXML {
    static let namespace = "urn:vms:network:1"

    let segment: Segment

    var text: String {
        let mark = XMLElement(
            "vms:segment",
            [
                "xmlns:vms": Self.namespace, "network": segment.network.text, "name": segment.networkName,
                "link": segment.link, "vni": String(segment.vni), "mtu": String(segment.mtu),
                "local": segment.local.description,
                "peers": segment.peers.map(\.description).joined(separator: ","),
            ])
        return XMLElement(
            "network", [:],
            [
                XMLElement("name", text: segment.name), XMLElement("uuid", text: segment.uuid),
                XMLElement("metadata", [:], [mark]),
                XMLElement("bridge", ["name": segment.name, "stp": "off", "delay": "0"]),
                XMLElement("mtu", ["size": String(segment.mtu)]), XMLElement("dns", ["enable": "no"]),
            ]
        ).xmlText
    }
}
