package import Model

/// A host that exists only in memory: what a plan's steps leave behind on it, and nothing else.
package struct SimulatedHost: Sendable, Equatable {
    package struct Domain: Sendable, Equatable {
        package var name: String
        package var isRunning: Bool
        /// `nil` for a machine that a stranger made.
        package var spec: DomainSpec?
        package var mark: Mark?
        package var scheduler: [String: ParameterValue]

        package init(name: String, isRunning: Bool, spec: DomainSpec? = nil, mark: Mark? = nil) {
            self.name = name
            self.isRunning = isRunning
            self.spec = spec
            self.mark = mark
            scheduler = ["cpu_shares": .uint64(1024)]
        }
    }

    package var domains: [MachineID: Domain] = [:]
    package var volumes: Set<VolumeName> = []
    /// By the name of their bridge.
    package var segments: [String: Segment] = [:]

    package init() {}

    /// Whether a running machine has this network card.
    func answers(_ mac: MACAddress) -> Bool {
        domains.values.contains { $0.isRunning && $0.spec?.interfaces.contains { $0.mac == mac } == true }
    }
}
