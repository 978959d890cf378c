internal import VMSAPI

/// A topology in Graphviz's language: a box for each host, with its interfaces and routers in it, and a node for each
/// link.
struct TopologyDrawing {
    let topology: TopologyDiscoverResponse

    var text: String {
        var lines = [
            "graph topology {", "  graph [fontname=\"sans-serif\"]",
            "  node [fontname=\"sans-serif\" fontsize=10 shape=box style=filled fillcolor=white]",
            "  edge [fontname=\"sans-serif\" fontsize=8]",
        ]
        for (index, host) in topology.host.enumerated() { lines += self.host(host, index) }
        for link in topology.physicalLink { lines += physical(link) }
        for network in topology.network {
            for link in network.link { lines += self.link(link, of: network) }
        }
        return (lines + ["}"]).map { $0 + "\n" }.joined()
    }

    private func host(_ host: TopologyHost, _ index: Int) -> [String] {
        let isUp = host.state == .up
        var lines = [
            "  subgraph cluster_\(index) {",
            "    graph [label=\(quoted(host.name, isUp ? "" : host.state.rawValue)) color=\(isUp ? "black" : "red")]",
            // Graphviz does not draw an empty box.
            "    \(quoted("host \(host.name)")) [shape=point style=invis]",
        ]
        for interface in host.interface {
            let words = interface.up ? interface.speed.map { "\($0) Mbit/s" } ?? "" : "down"
            lines.append(
                "    \(card(host.name, interface.name)) [label=\(quoted(interface.name, words)) "
                    + "fillcolor=\(interface.up ? "lightgrey" : "mistyrose")]")
        }
        for network in topology.network {
            for router in network.router where router.phyServer == host.name {
                let runs = router.state == .running || router.state == .blocked
                lines.append(
                    "    \(self.router(router.name, of: network)) [label=\(quoted(router.name, runs ? "" : router.state?.rawValue ?? "not known")) "
                        + "shape=ellipse fillcolor=\(runs ? "lightblue" : "mistyrose")]")
            }
        }
        return lines + ["  }"]
    }

    private func physical(_ link: PhysicalLink) -> [String] {
        let node = quoted("physical \(link.prefix)")
        let colour = colour(link.state)
        return ["  \(node) [label=\(quoted(link.prefix)) shape=plaintext fontcolor=\(colour)]"]
            + link.end.flatMap { end in
                end.interface.map { interface in
                    "  \(card(end.phyServer, interface)) -- \(node) [label=\(quoted(end.address)) color=\(colour) "
                        + "penwidth=2]"
                }
            }
    }

    private func link(_ link: NetworkLink, of network: VirtualNetwork) -> [String] {
        let node = quoted("link \(network.networkName) \(link.name)")
        let colour = colour(link.state)
        let label = quoted("\(network.networkName) \(link.name)", link.prefix ?? "", link.state?.rawValue ?? "")
        return ["  \(node) [label=\(label) shape=plaintext fontcolor=\(colour)]"]
            + link.end.map { end in
                "  \(router(end.router, of: network)) -- \(node) [label=\(quoted(end.address ?? "")) color=\(colour)]"
            }
    }

    private func card(_ host: String, _ interface: String) -> String { quoted("interface \(host) \(interface)") }

    private func router(_ name: String, of network: VirtualNetwork) -> String {
        quoted("router \(network.networkName) \(name)")
    }

    private func colour(_ state: LinkState?) -> String {
        switch state {
        case .failed: "red"
        case .ok: "darkgreen"
        case .down: "orange"
        case .unproven, nil: "grey40"
        }
    }

    /// The lines as one quoted string; empty lines are left out.
    private func quoted(_ lines: String...) -> String {
        let words = lines.filter { !$0.isEmpty }.map { line in
            line.visible.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined()
        }
        return "\"\(words.joined(separator: "\\n"))\""
    }
}
