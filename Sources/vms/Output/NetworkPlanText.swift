internal import VMSAPI

/// A plan as text for a person: places of routers with their reasons, links, and steps.
struct NetworkPlanText {
    var plan: PlanVirtualNetworkResponse
    var layout = Layout()

    var text: String {
        let network = plan.network ?? .init()
        let routers = Table(
            header: ["router", "host", "memory", "image", "reason"],
            rows: network.router.map { router in
                [
                    router.name, router.phyServer ?? "", router.vmRAM.map { "\($0) MiB" } ?? "", router.image ?? "",
                    router.placed ?? "as requested",
                ]
            })
        let isShaped = network.link.contains { $0.shapeWords != nil }
        let links = Table(
            header: ["link", "router", "address", "MTU", "VXLAN"] + (isShaped ? ["shape"] : []),
            rows: network.link.flatMap { link in
                link.end.map { end in
                    [
                        link.name, end.router, end.address ?? "", link.mtu.map { "\($0)" } ?? "",
                        link.vni.map { "\($0)" } ?? "",
                    ] + (isShaped ? [link.shapeWords ?? ""] : [])
                }
            })
        return layout.style("network \(network.networkName.visible)") + "\n\n" + routers.text(layout) + "\n"
            + (links.rows.isEmpty ? "" : links.text(layout) + "\n")
            + changes + notes + plan.stage.enumerated().map { text($0 + 1, $1) }.joined() + "Nothing was done.\n"
            + apply
    }

    /// Only the differences from the existing network.
    var differences: String {
        if plan.isNew { return "+ network \(plan.network?.networkName.visible ?? ""): there is none of that name\n" }
        return plan.change.isEmpty ? "nothing differs\n" : NetworkChangesText(changes: plan.change).text
    }

    private var changes: String {
        if plan.isNew { return "" }
        return layout.style("differences") + "\n" + differences.split(separator: "\n").map { "  \($0)\n" }.joined()
            + "\n"
    }

    private var notes: String {
        plan.note.isEmpty ? "" : layout.style("notes") + "\n" + plan.note.map { "  \($0.visible)\n" }.joined() + "\n"
    }

    private var apply: String {
        guard let token = plan.plan, !plan.isSettled else { return "" }
        return "To carry out this plan, unless something has changed by then: vms network apply … --plan \(token)\n"
    }

    private func text(_ number: Int, _ stage: PlannedStage) -> String {
        let lanes = stage.lane.map { lane in
            "  \(lane.phyServer.visible)\n" + lane.step.map { "    \($0.visible)\n" }.joined()
        }
        return layout.style("\(number). \(stage.name.visible)") + "\n" + lanes.joined() + "\n"
    }
}

extension PlanVirtualNetworkResponse {
    /// Whether there is no network of that name yet.
    var isNew: Bool { network?.id == nil }

    /// Whether there is nothing to do.
    var isSettled: Bool { !isNew && change.isEmpty }
}
