/// A probe of a machine's address on a bridge.
package struct AddressProbe: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var bridge: String
    package var address: InterfaceAddress
    /// The MAC address that must answer; an answer from another one is a refusal.
    package var mac: MACAddress
    /// Timeout of the probe, in seconds.
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
    /// The step before the machine starts.
    var checkWords: String { "check on \(bridge) that \(address.address) is unused" }

    var words: String {
        "prove that \(machine.name) answers at \(address.address) on \(bridge) within \(seconds) s"
    }
}

/// A capture of a frame that a machine's protocol stack sends.
package struct StackProbe: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var bridge: String
    /// The MAC address whose frames count.
    package var mac: MACAddress
    package var probe: Image.Probe
    /// Time to listen, in seconds.
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

    /// The source address of the probes; a proof without one tests less.
    private var origin: String {
        if let source { return " as \(source.address)" }
        let probed = targets.filter { $0.address != nil }
        guard medium != .physical, !probed.isEmpty else { return "" }
        if let lender = probed.compactMap(\.lender).first {
            return " without an address of its own, full frames in the name of \(lender)"
        }
        return " without an address of its own, and without full frames"
    }
}

extension ReachProof {
    var words: String {
        "reach from link \(link) by \(gateway.router): "
            + "\(Step.list(targets.map { "\($0.router) on \($0.link)" })) within \(seconds) s"
    }
}
