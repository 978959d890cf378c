internal import Model
internal import XML

/// Writes a ``Segment`` as libvirt's network XML: an isolated bridge without addresses, and the metadata from which our
/// hook on the host creates its VXLAN port.
struct SegmentXML {
    static let namespace = "urn:vms:network:1"

    let segment: Segment

    var text: String {
        var mark = XMLElement(
            "vms:segment",
            [
                "xmlns:vms": Self.namespace, "network": segment.network.text, "name": segment.networkName,
                "link": segment.link, "vni": String(segment.vni), "mtu": String(segment.mtu),
                "local": segment.local.description,
                "peers": segment.peers.map(\.description).joined(separator: ","),
            ])
        let shape = SegmentShape(segment.shape)
        let figures = [("bandwidth", shape.bandwidth), ("delay", shape.delay), ("loss", shape.loss)]
        mark.attributes += figures.filter { $0.1 > 0 }.map { XMLAttribute($0, String($1)) }
        if segment.isDown { mark.attributes.append(XMLAttribute("down", "1")) }
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

/// A shape in the format of our hook on the host: whole numbers, with 0 for what is not requested.
struct SegmentShape {
    /// The bandwidth in kbit/s.
    let bandwidth: Int
    /// The delay in microseconds.
    let delay: Int
    /// The number of lost frames per million.
    let loss: Int

    init(_ shape: LinkShape?) {
        bandwidth = Int(clamping: shape?.bandwidthKbit ?? 0)
        delay = Int(clamping: shape?.delayMicroseconds ?? 0)
        loss = Int(nearest: (shape?.lossPercent ?? 0) * 10_000) ?? 0
    }

    var arguments: [HostArgument] { [HostArgument(bandwidth), HostArgument(delay), HostArgument(loss)] }
}
