internal import VMSAPI

/// A topology as text for a person: hosts with their interfaces, the connections between them, then each network with
/// its routers and links.
struct TopologyText {
    var layout = Layout()

    func text(_ topology: TopologyDiscoverResponse) -> String {
        guard !topology.host.isEmpty else { return "no host is registered\n" }
        var text = heading("hosts") + topology.host.map(host).joined()
        if !topology.physicalLink.isEmpty {
            text += "\n" + heading("physical links") + topology.physicalLink.map(link).joined()
        }
        for network in topology.network { text += "\n" + self.network(network) }
        return text
    }

    private func host(_ host: TopologyHost) -> String {
        let interfaces = host.interface.map { interface in
            [
                interface.name, interface.up ? "up" : "down", "mtu \(interface.mtu)",
                interface.speed.map { "\($0) Mbit/s" } ?? "", interface.mac ?? "",
                (interface.bridge.map { ["port of \($0)"] } ?? interface.address).joined(separator: " "),
            ]
        }
        let bridges = host.bridge.map { bridge in
            [
                bridge.name, bridge.up ? "up" : "down", "mtu \(bridge.mtu)", "bridge", "",
                bridge.address.joined(separator: " "),
            ]
        }
        return line(2, host.name, host.state.rawValue, host.reason) + rows(4, interfaces + bridges)
    }

    private func link(_ link: PhysicalLink) -> String {
        line(2, link.prefix, link.state.rawValue, link.reason)
            + rows(
                4, link.end.map { [$0.phyServer, $0.address, $0.interface.joined(separator: " "), $0.bridge ?? ""] })
    }

    private func network(_ network: VirtualNetwork) -> String {
        let routers = network.router.map { router in
            ["router \(router.name)", router.phyServer ?? "", router.state?.rawValue ?? "not known"]
        }
        return heading("network \(network.networkName.visible)") + rows(2, routers)
            + network.link.map(networkLink).joined()
    }

    private func networkLink(_ link: NetworkLink) -> String {
        let facts =
            [link.prefix, link.vni.map { "VNI \($0)" }, link.mtu.map { "mtu \($0)" }, link.shapeWords]
            .compactMap(\.self) + (link.conditions?.shapeWords.map { ["now \($0)"] } ?? [])
        let words = ["link \(link.name)"] + facts + [link.state?.rawValue ?? ""]
        return line(2, words.joined(separator: "  "), nil, link.reason)
            + rows(4, link.end.map { [$0.router, $0.address ?? "", $0.phyServer ?? ""] })
    }

    private func heading(_ text: String) -> String { layout.style(text) + "\n" }

    private func line(_ indent: Int, _ name: String, _ state: String?, _ reason: String?) -> String {
        let words = ([name] + (state.map { [$0] } ?? [])).joined(separator: "  ")
        return String(repeating: " ", count: indent) + words.visible + (reason.map { ": \($0.visible)" } ?? "") + "\n"
    }

    private func rows(_ indent: Int, _ rows: [[String]]) -> String {
        Table(rows: rows).text(layout.indented(by: indent)).split(separator: "\n").map { line in
            String(repeating: " ", count: indent) + line + "\n"
        }.joined()
    }
}

extension NetworkLink {
    /// Its limits, such as `10000 kbit/s, 20 ms, 0.5% lost`; `nil` if it has none.
    var shapeWords: String? {
        let parts = [
            bandwidth.map { "\($0) kbit/s" }, delay?.wireValue.text.map { "\($0) ms" },
            loss?.wireValue.text.map { "\($0)% lost" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

extension LinkConditions {
    /// Its values that are not the requested ones, such as `no delay`; `nil` if there are none.
    fileprivate var shapeWords: String? {
        let parts = [
            bandwidth.map { $0 == 0 ? "no limit" : "\($0) kbit/s" },
            delay.map { $0 == 0 ? "no delay" : "\($0.wireValue.text ?? "") ms" },
            loss.map { $0 == 0 ? "nothing lost" : "\($0.wireValue.text ?? "")% lost" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
