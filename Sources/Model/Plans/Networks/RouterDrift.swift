/// A router as its host has it, held against its record.
struct RouterDrift {
    let before: Machine
    /// As recorded.
    let interfaces: [RouterInterface]
    /// Paths of the disks that it is to write to.
    let disks: [String]
    let seen: ObservedMachine

    /// What it has otherwise and has to restart for.
    var strays: [String] {
        var words: [String] = []
        if seen.name != before.name { words.append("is called '\(seen.name.shown)' on its host") }
        words += differences(
            .init(memoryKiB: seen.maxMemoryKiB, vcpus: seen.maxVcpus, interfaces: seen.interfaces), verb: "has")
        if let saved = seen.saved { words += differences(saved, verb: "was saved with") }
        return words
    }

    /// What only its next start would have otherwise.
    var pending: [String] {
        var words: [String] = []
        if seen.isPersistent == false {
            words.append("is not defined on its host any more, and would be gone with its end")
        }
        if seen.autostarts == false { words.append("does not start with its host any more") }
        if let next = seen.pending { words += differences(next, verb: "would start again with") }
        return words
    }

    private func differences(_ other: ObservedMachine.Definition, verb: String) -> [String] {
        var words: [String] = []
        let memory = other.memoryKiB / 1024
        if memory != before.memoryMiB { words.append("\(verb) \(memory) MiB instead of \(before.memoryMiB)") }
        if other.vcpus != before.vcpus { words.append("\(verb) \(other.vcpus) CPUs instead of \(before.vcpus)") }
        let connected = Dictionary(
            other.interfaces.map { (MACAddress($0.mac), $0.source ?? "") }, uniquingKeysWith: { first, _ in first })
        for interface in interfaces where connected[interface.mac] != interface.bridge {
            words.append(
                verb == "has"
                    ? "its interface on link \(interface.link) is not on \(interface.bridge)"
                    : "\(verb) its interface on link \(interface.link) elsewhere than on \(interface.bridge)")
        }
        return words
    }

    /// - Throws: `notOffered` where defining it anew would take it off what it writes to, or end a copy of its disk.
    func checkDisks() throws(Refusal) {
        let strange = before.strangeDisks(among: seen.disks).filter { disk in
            !disk.isReadOnly && !disks.contains { $0 == disk.source }
        }
        if let path = strange.first?.source {
            throw refusal(
                "writes to \(path.shown), which VMS did not make and which would be lost to it: a snapshot that somebody made, "
                    + "as it looks; merge it into the router's own disk first (virsh blockcommit --active --pivot)")
        }
        if let target = seen.copiedDisks.first {
            throw refusal(
                "has its disk \(target.shown) copied just now (virsh blockjob tells how far it is); wait until that has ended"
            )
        }
    }

    private func refusal(_ words: String) -> Refusal {
        Refusal(
            .notOffered, .router,
            "router '\(before.name)' has to be defined anew, and \(words)", value: before.name,
            host: before.host, machine: before.name)
    }
}
