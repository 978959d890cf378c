internal import FoundationEssentials

/// What would be done to have a network as it is asked for.
package struct PlannedNetwork: Sendable {
    private let planned: Planned<VirtualNetwork>
    /// As it is recorded; `nil` for a network that does not exist yet.
    private let was: VirtualNetwork?
    /// Its routers' records as they would be.
    package let machines: [Machine]
    /// What differs; empty for a network that does not exist yet, and where nothing is to do.
    package let changes: [NetworkChange]

    init(
        _ planned: Planned<VirtualNetwork>, was: VirtualNetwork?, machines: [Machine], changes: [NetworkChange] = []
    ) {
        self.planned = planned
        self.was = was
        self.machines = machines
        self.changes = changes
    }

    /// As it would be.
    package var network: VirtualNetwork { planned.record }

    package var plan: Plan { planned.plan }

    package var isNew: Bool { was == nil }

    /// Whether there is nothing to do and nothing to record.
    package var isSettled: Bool {
        guard let was else { return false }
        return plan.steps.isEmpty && plan.atBegin == [.replaceNetwork(was, was: was)]
    }

    /// Stands for this plan and the world it was made in: where either is another, so is this.
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

    /// FNV-1a, 64 bits: it tells plans apart, and keeps nobody from anything.
    private static func fingerprint(_ text: String) -> String {
        let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64(clamping: $1)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
