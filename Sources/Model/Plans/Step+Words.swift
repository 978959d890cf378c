/// Which link of a network a machine's interface is on, by its MAC address.
package struct InterfacePlaces {
    private var links: [MACAddress: (link: String, address: InterfaceAddress?)] = [:]

    package init(of network: VirtualNetwork) {
        for link in network.links {
            for end in link.ends where links[end.mac] == nil { links[end.mac] = (link.name, end.address) }
        }
    }

    fileprivate func words(_ interface: DomainSpec.Interface) -> String {
        guard let place = links[interface.mac] else { return "on bridge \(interface.bridge)" }
        return "on link \(place.link)" + (place.address.map { " as \($0)" } ?? "")
    }
}

extension Step {
    /// What is done, where one step of a network is told.
    package func words(in network: VirtualNetwork?) -> String { words(network.map(InterfacePlaces.init)) }

    /// What is done, in words for people: in the imperative, without the host, on one line.
    ///
    /// - Parameter places: where the step belongs to a network.
    package func words(_ places: InterfacePlaces? = nil) -> String {
        switch self {
        case .sendImage(let send): "send a file of image \(send.image) (\(Self.size(send.file.size)))"
        case .sweepImages(let copies): "remove unused images' files: \(copies.count)"
        case .createDisk(let disk):
            "make disk \(disk.volume.name) of \(Self.size(disk.capacity))"
                + (disk.backing == nil ? "" : ", holding what differs from the image")
        case .writeSeed(let write): "tell \(write.seed.hostName) its name and addresses: \(Self.list(of: write.seed))"
        case .checkAddressFree(let probe): "check on \(probe.bridge) that nobody has \(probe.address.address)"
        case .defineMachine(let spec): Self.words(spec, places)
        case .startMachine(let machine): "start \(machine.name)"
        case .restoreMachine(let machine): "let \(machine.name) go on from its saved memory"
        case .dropSavedMemory(let machine): "drop the saved memory of \(machine.name)"
        case .pauseMachine(let machine): "pause \(machine.name)"
        case .resumeMachine(let machine): "let \(machine.name) go on"
        case .proveAddress(let probe):
            "prove that \(probe.machine.name) answers at \(probe.address.address) on \(probe.bridge) within "
                + "\(probe.seconds) s"
        case .proveStack(let probe):
            "prove that \(probe.machine.name) sends \(probe.probe.protocolName) on \(probe.bridge) within "
                + "\(probe.seconds) s"
        case .shutdownMachine(let machine, let seconds): "ask \(machine.name) to shut down, within \(seconds) s"
        case .stopMachine(let machine): "end \(machine.name) at once"
        case .undefineMachine(let machine): "remove the definition of \(machine.name)"
        case .removeVolume(let volume): "remove \(volume.name)"
        case .setScheduler(let machine, let values, _):
            "set \(values.keys.sorted().joined(separator: ", ")) of \(machine.name)"
        case .markMachine(let machine, _): "mark \(machine.name) as ours"
        case .makeSegment(let segment):
            "make \(Self.words(segment)), MTU \(segment.mtu)" + (segment.shape.map { ", \($0.words)" } ?? "")
        case .removeSegment(let segment): "remove \(Self.words(segment))"
        case .reshapeSegment(let reshape):
            reshape.from == reshape.to
                ? "make \(Self.words(reshape.to)) again, MTU \(reshape.to.mtu)"
                : "make \(Self.words(reshape.to)) of \(Self.words(reshape.from)), MTU \(reshape.to.mtu)"
        case .rebuildMachine(let rebuild):
            Self.words(rebuild.spec, places, verb: rebuild.before == nil ? "make again" : "redefine")
                + (rebuild.restarts ? ", and start it again" : "")
        case .parkMachine(let machine): "end \(machine.name), which is to go"
        case .moveMachine(let move):
            "move \(move.machine.name) here from host \(move.source.name)\(move.isLive ? ", live" : ", standing still")"
        case .proveLink(let proof):
            "prove link \(proof.link) from \(proof.node)\(Self.origin(of: proof)): "
                + "\(Self.list(proof.targets.map(\.router))) within \(proof.seconds) s"
        case .proveReach(let proof):
            "reach from link \(proof.link) by \(proof.gateway.router): "
                + "\(Self.list(proof.targets.map { "\($0.router) on \($0.link)" })) within \(proof.seconds) s"
        case .checkIdle: "check that no machine runs"
        case .powerOff(_, let seconds): "switch the host off, within \(seconds) s"
        }
    }

    /// From what address it is asked; a proof that lacks one asks for less.
    private static func origin(of proof: LinkProof) -> String {
        if let source = proof.source { return " as \(source.address)" }
        let asked = proof.targets.filter { $0.address != nil }
        guard proof.medium != .physical, !asked.isEmpty else { return "" }
        if let lender = asked.compactMap(\.lender).first {
            return " without an address of its own, full frames in the name of \(lender)"
        }
        return " without an address of its own, which asks for no full frames"
    }

    private static func words(_ segment: Segment) -> String {
        let bridge = "bridge \(segment.name)"
        return segment.peers.isEmpty
            ? bridge : "\(bridge) and VXLAN \(segment.vni) to \(list(segment.peers.map(\.description)))"
    }

    private static func words(
        _ spec: DomainSpec, _ places: InterfacePlaces?, verb: String = "define"
    ) -> String {
        let interfaces = spec.interfaces.map { places?.words($0) ?? "on bridge \($0.bridge)" }
        return "\(verb) \(spec.name) with \(spec.memoryMiB) MiB"
            + (interfaces.isEmpty ? "" : " \(list(interfaces))")
    }

    private static func list(of seed: Seed) -> String {
        let addresses = seed.interfaces.flatMap(\.addresses).map(\.description)
        return addresses.isEmpty ? "none" : list(addresses)
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    /// Rounded up, so that nothing is of size nothing.
    private static func size(_ bytes: Int64) -> String {
        let units: [(String, Int64)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        for (unit, one) in units where bytes >= one && (unit != "GiB" || bytes % one == 0) {
            return "\(bytes.plus(one - 1) / one) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
