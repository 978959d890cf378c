package struct AddressProbe: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var bridge: String
    package var address: InterfaceAddress
    /// Who must answer; anybody else at the address is a refusal.
    package var mac: MACAddress
    /// How long to ask, in seconds.
    package var seconds: Int

    package init(
        machine: MachineReference, bridge: String, address: InterfaceAddress, mac: MACAddress, seconds: Int
    ) {
        self.machine = machine
        self.bridge = bridge
        self.address = address
        self.mac = mac
        self.seconds = seconds
    }
}

extension AddressProbe {
    /// Before the machine starts.
    var wordsBefore: String { "check on \(bridge) that nobody has \(address.address)" }

    var words: String {
        "prove that \(machine.name) answers at \(address.address) on \(bridge) within \(seconds) s"
    }
}

package struct StackProbe: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var bridge: String
    /// Whose frames count.
    package var mac: MACAddress
    package var probe: Image.Probe
    /// How long to listen, in seconds.
    package var seconds: Int

    package init(machine: MachineReference, bridge: String, mac: MACAddress, probe: Image.Probe, seconds: Int) {
        self.machine = machine
        self.bridge = bridge
        self.mac = mac
        self.probe = probe
        self.seconds = seconds
    }
}

extension StackProbe {
    var words: String { "prove that \(machine.name) sends \(probe.protocolName) on \(bridge) within \(seconds) s" }
}

extension LinkProof {
    var words: String {
        "prove link \(link) from \(host)\(origin): \(Step.list(targets.map(\.router))) within \(seconds) s"
    }

    /// From what address it is asked; a proof that lacks one asks for less.
    private var origin: String {
        if let source { return " as \(source.address)" }
        let asked = targets.filter { $0.address != nil }
        guard medium != .physical, !asked.isEmpty else { return "" }
        if let lender = asked.compactMap(\.lender).first {
            return " without an address of its own, full frames in the name of \(lender)"
        }
        return " without an address of its own, which asks for no full frames"
    }
}

extension ReachProof {
    var words: String {
        "reach from link \(link) by \(gateway.router): "
            + "\(Step.list(targets.map { "\($0.router) on \($0.link)" })) within \(seconds) s"
    }
}
