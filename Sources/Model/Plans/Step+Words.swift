extension Step {
    /// What is done, in words for people: in the imperative, without the host, on one line.
    ///
    /// - Parameter network: knows which link a machine's interface is on, where the step belongs to a network.
    package func words(in network: VirtualNetwork? = nil) -> String {
        switch self {
        case .sendImage(let send): "send a file of image \(send.image) (\(Self.size(send.file.size)))"
        case .sweepImages(let copies): "remove unused images' files: \(copies.count)"
        case .createDisk(let disk):
            "make disk \(disk.volume.name) of \(Self.size(disk.capacity))"
                + (disk.backing == nil ? "" : ", holding what differs from the image")
        case .writeSeed(let write): "tell \(write.seed.hostName) its name and addresses: \(Self.list(of: write.seed))"
        case .checkAddressFree(let probe): "check on \(probe.bridge) that nobody has \(probe.address.address)"
        case .defineMachine(let spec): Self.words(spec, in: network)
        case .startMachine(let machine): "start \(machine.name)"
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
            Self.words(rebuild.spec, in: network, verb: rebuild.before == nil ? "make again" : "redefine")
                + (rebuild.restarts ? ", and start it again" : "")
        case .parkMachine(let machine): "end \(machine.name), which is to go"
        case .moveMachine(let move):
            "move \(move.machine.name) here from host \(move.source.name)\(move.isLive ? ", live" : ", standing still")"
        case .proveLink(let proof):
            "prove link \(proof.link) from \(proof.node)\(proof.source.map { " as \($0.address)" } ?? ""): "
                + "\(Self.list(proof.targets.map(\.router))) within \(proof.seconds) s"
        case .proveReach(let proof):
            "reach from link \(proof.link) by \(proof.gateway.router): "
                + "\(Self.list(proof.targets.map { "\($0.router) on \($0.link)" })) within \(proof.seconds) s"
        case .checkIdle: "check that no machine runs"
        case .powerOff(_, let seconds): "switch the host off, within \(seconds) s"
        }
    }

    private static func words(_ segment: Segment) -> String {
        let bridge = "bridge \(segment.name)"
        return segment.peers.isEmpty
            ? bridge : "\(bridge) and VXLAN \(segment.vni) to \(list(segment.peers.map(\.description)))"
    }

    private static func words(
        _ spec: DomainSpec, in network: VirtualNetwork?, verb: String = "define"
    ) -> String {
        let interfaces = spec.interfaces.map { interface -> String in
            let link = network?.links.first { link in link.ends.contains { $0.mac == interface.mac } }
            guard let link, let end = link.ends.first(where: { $0.mac == interface.mac }) else {
                return "on bridge \(interface.bridge)"
            }
            return "on link \(link.name)" + (end.address.map { " as \($0)" } ?? "")
        }
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
