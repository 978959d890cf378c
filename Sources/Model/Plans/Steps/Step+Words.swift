extension Step {
    /// The description of a single step of a network.
    package func words(in network: VirtualNetwork?) -> String { words(network.map(InterfacePlaces.init)) }

    /// A description for people: in the imperative, without the host, on one line.
    ///
    /// - Parameter places: the interfaces of the network to which the step belongs, if any.
    package func words(_ places: InterfacePlaces? = nil) -> String {
        switch self {
        case .sendImage(let send): send.words
        case .sweepImages(let copies): "remove unused images' files: \(copies.count)"
        case .createDisk(let disk): disk.words
        case .writeSeed(let seed): seed.words
        case .checkAddressFree(let probe): probe.checkWords
        case .defineMachine(let spec): spec.words("define", places)
        case .startMachine(let machine): "start \(machine.name)"
        case .restoreMachine(let machine): "restore \(machine.name) from its saved memory"
        case .dropSavedMemory(let machine): "drop the saved memory of \(machine.name)"
        case .pauseMachine(let machine): "pause \(machine.name)"
        case .resumeMachine(let machine): "resume \(machine.name)"
        case .proveAddress(let probe): probe.words
        case .proveStack(let probe): probe.words
        case .shutdownMachine(let machine, let seconds): "ask \(machine.name) to shut down, within \(seconds) s"
        case .stopMachine(let machine): "stop \(machine.name) immediately"
        case .undefineMachine(let machine): "remove the definition of \(machine.name)"
        case .removeVolume(let volume): "remove \(volume.name)"
        case .setScheduler(let machine, let values, _): "set \(Step.list(values.keys.sorted())) of \(machine.name)"
        case .markMachine(let machine, _): "mark \(machine.name) as ours"
        case .makeSegment(let segment): segment.creationWords
        case .removeSegment(let segment): "remove \(segment.words)"
        case .reshapeSegment(let reshape): reshape.words
        case .rebuildMachine(let rebuild): rebuild.words(places)
        case .parkMachine(let machine): "stop \(machine.name), which is to be removed"
        case .moveMachine(let move): move.words
        case .proveLink(let proof): proof.words
        case .proveReach(let proof): proof.words
        case .checkIdle: "check that no machine runs"
        case .powerOff(_, let seconds): "switch the host off, within \(seconds) s"
        }
    }

    static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    /// Rounded up, so that no size is shown as 0.
    static func size(_ bytes: Int64) -> String {
        let units: [(String, Int64)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        for (unit, one) in units where bytes >= one && (unit != "GiB" || bytes % one == 0) {
            return "\(bytes.plus(one - 1) / one) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
