internal import FoundationEssentials

/// The result of planning a network as requested.
package struct PlannedNetwork: Sendable {
    private let planned: Planned<VirtualNetwork>
    /// The recorded network; `nil` for a network that does not exist yet.
    private let was: VirtualNetwork?
    /// Its routers' records after the plan.
    package let machines: [Machine]
    /// The differences; empty for a network that does not exist yet, and if there is nothing to do.
    package let changes: [NetworkChange]

    init(
        _ planned: Planned<VirtualNetwork>, was: VirtualNetwork?, machines: [Machine], changes: [NetworkChange] = []
    ) {
        self.planned = planned
        self.was = was
        self.machines = machines
        self.changes = changes
    }

    /// The network after the plan.
    package var network: VirtualNetwork { planned.record }

    package var plan: Plan { planned.plan }

    package var isNew: Bool { was == nil }

    /// Whether there is nothing to do and nothing to record.
    package var isSettled: Bool {
        guard let was else { return false }
        return plan.steps.isEmpty && plan.atBegin == [.replaceNetwork(was, was: was)]
    }

    /// Identifies this plan and the state on which it is based: it changes if either of them changes.
    package var token: String {
        var text = "\(isNew)\n"
        if let was { text += (try? Self.encoded(was)) ?? "" }
        text += changes.map { "\($0.kind) \($0.part) \($0.name) \($0.words)\n" }.joined()
        for router in network.routers { text += "\(router.name) \(router.host)\n" }
        for link in network.links {
            text += "\(link.name) \(link.vni.map { "\($0)" } ?? "-") \(link.mtu) \(link.prefix?.description ?? "-")\n"
            for end in link.ends { text += "\(end.router) \(end.address?.description ?? "-")\n" }
        }
        return Self.fingerprint(text)
    }

    private static func encoded(_ network: VirtualNetwork) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(network), as: UTF8.self)
    }

    /// FNV-1a, 64 bits: it distinguishes plans, and is no protection against forgery.
    private static func fingerprint(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64(clamping: $1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
