/// The comparison of a router on its host with its record.
struct RouterDrift {
    let before: Machine
    /// The recorded interfaces.
    let interfaces: [RouterInterface]
    /// Paths of the disks to which it should write.
    let disks: [String]
    let observed: ObservedMachine

    /// Deviations whose repair needs a restart.
    var deviations: [String] {
        var words: [String] = []
        if observed.name != before.name { words.append("is called '\(observed.name.shown)' on its host") }
        words += differences(
            .init(memoryKiB: observed.maxMemoryKiB, vcpus: observed.maxVcpus, interfaces: observed.interfaces),
            verb: "has")
        if let saved = observed.saved { words += differences(saved, verb: "was saved with") }
        return words
    }

    /// Deviations that would take effect only at its next start.
    var pending: [String] {
        var words: [String] = []
        if observed.isPersistent == false {
            words.append("is not defined on its host any more, and would disappear when it stops")
        }
        if observed.autostarts == false { words.append("does not start with its host any more") }
        if let next = observed.pending { words += differences(next, verb: "would start again with") }
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

    /// - Throws: `notOffered` if a new definition would detach it from a disk to which it writes, or end a copy
    ///   of its disk.
    func checkDisks() throws(Refusal) {
        let unmanaged = before.unmanagedDisks(among: observed.disks).filter { disk in
            !disk.isReadOnly && !disks.contains { $0 == disk.source }
        }
        if let path = unmanaged.first?.source {
            throw refusal(
                "writes to \(path.shown), which VMS did not make and which would be lost to it: apparently a snapshot that "
                    + "others made; merge it into the router's own disk first (virsh blockcommit --active --pivot)")
        }
        if let target = observed.copiedDisks.first {
            throw refusal(
                "has a disk, \(target.shown), that is being copied (virsh blockjob shows the progress); wait until that has ended"
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
