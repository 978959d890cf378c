internal import Model

/// The answer of the script `list-devices`.
struct LinksReading {
    private struct Device {
        var kind: String
        var mac: MACAddress?
        var mtu: Int
        var isOn: Bool
        var isUp: Bool
        var speed: Int?
    }

    private var order: [String] = []
    private var devices: [String: Device] = [:]
    /// The bridge of each port, by device.
    private var bridges: [String: String] = [:]
    private var addresses: [String: [InterfaceAddress]] = [:]
    private var peers: [String: [IPAddress]] = [:]
    private var tunnels: [String: [String]] = [:]
    /// The ports of each bridge, in the order of the answer.
    private var ports: [String: [String]] = [:]
    private var shapes: [String: LinkShape] = [:]
    private var blocked: Set<String> = []

    init(_ output: String) {
        for line in output.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.count) {
            case ("device", 8):
                // A device that is reported twice exists once.
                if devices.updateValue(Self.device(words), forKey: words[1]) == nil { order.append(words[1]) }
            case ("port", 3):
                bridges[words[2]] = words[1]
                ports[words[1], default: []].append(words[2])
            case ("qdisc", _):
                guard let qdisc = ShapingQdisc(json: String(line.dropFirst(6))) else { continue }
                if qdisc.takesNothing { blocked.insert(qdisc.device) } else { shapes[qdisc.device] = qdisc.shape }
            case ("address", 3):
                // The kernel accepts addresses that no machine of ours may have.
                guard let address = try? InterfaceAddress(words[2], subject: .address) else { continue }
                addresses[words[1], default: []].append(address)
            case ("peer", 3): if let peer = IPAddress(words[2]) { peers[words[1], default: []].append(peer) }
            case ("vxlan", 3...): tunnels[String(words[2].prefix { $0 != ":" && $0 != "@" })] = words
            default: continue
            }
        }
    }

    private static func device(_ words: [String]) -> Device {
        let flags = UInt32(words[5].dropFirst(2), radix: 16) ?? 0
        let isOn = flags & 1 == 1
        let speed = Int(told: words[7], in: 1...Foreign.count.upperBound)
        // A device without carrier detection reports "unknown" while it works.
        return Device(
            kind: words[2], mac: words[3] == "-" ? nil : MACAddress(words[3]),
            mtu: Int(told: words[4], in: Foreign.mtu) ?? 0, isOn: isOn,
            isUp: isOn && ["up", "unknown"].contains(words[6]), speed: speed)
    }

    var links: HostLinks {
        var links = HostLinks()
        for name in order {
            guard let device = devices[name] else { continue }
            let addresses = addresses[name] ?? []
            switch device.kind {
            case "bridge":
                links.bridges.append(
                    .init(
                        name: name, mtu: device.mtu, isOn: device.isOn, addresses: addresses, ports: routers(on: name)))
            case "vxlan":
                links.tunnels.append(
                    .init(
                        name: name, vni: word(after: "id", of: name).flatMap { Int(told: $0, in: Foreign.vni) },
                        local: word(after: "local", of: name).flatMap { IPAddress($0) }, mtu: device.mtu,
                        isOn: device.isOn, bridge: bridges[name], peers: peers[name] ?? []))
            default:
                links.interfaces.append(
                    .init(
                        name: name, mac: device.mac, mtu: device.mtu, speed: device.speed, isUp: device.isUp,
                        bridge: bridges[name], addresses: addresses))
            }
        }
        return links
    }

    /// Returns the ports of a virtual network's bridge, without its VXLAN port and the ports of proofs.
    private func routers(on bridge: String) -> [HostLinks.Port] {
        guard Segment.isName(bridge) else { return [] }
        return (ports[bridge] ?? []).filter { !$0.hasPrefix("vmx-") && !$0.hasPrefix("vmsp") }.map {
            .init(name: $0, shape: shapes[$0], isBlocked: blocked.contains($0))
        }
    }

    /// Returns the word after `key` in the output of `ip -d` about a VXLAN.
    private func word(after key: String, of tunnel: String) -> String? {
        guard let words = tunnels[tunnel], let start = words.dropFirst().firstIndex(of: "vxlan"),
            let index = words[start...].firstIndex(of: key), index + 1 < words.count
        else { return nil }
        return words[index + 1]
    }
}
