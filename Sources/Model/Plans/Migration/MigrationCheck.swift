extension ObservedMachine.State {
    /// Why a machine that does this is not moved, and what to do first.
    var whyItStays: String {
        "it is \(rawValue); only a machine that runs is moved: "
            + (standsStill ? "let it go on first (resumeVirtualMachine)" : "start it first (startVirtualMachine)")
    }
}

/// What a machine needs of the host it is to move to, looked at before anything is touched.
struct MigrationCheck {
    private let asked: MigrateMachine
    private let from: HostSurvey
    private let to: HostSurvey

    init(_ asked: MigrateMachine, from: HostSurvey, to: HostSurvey) {
        self.asked = asked
        self.from = from
        self.to = to
    }

    /// What needs no choice of disks and interfaces.
    ///
    /// - Throws: `machineNotRunning`, `hypervisorMismatch`, `machineNameTaken`, `notEnoughMemory`, `outOfRange`,
    ///   `notOffered` for a machine whose disk is not ours.
    func beforePlanning() throws(Refusal) {
        try checkMachine()
        try checkHypervisors()
        try checkFree()
        try checkRoom()
    }

    private func checkMachine() throws(Refusal) {
        let name = asked.machine.name
        guard asked.observed.state == .running || asked.observed.state == .blocked else {
            throw Refusal(
                .machineNotRunning, .machineName, "\(.machineName) is '\(name)': \(asked.observed.state.whyItStays)",
                value: name,
                host: asked.source.name)
        }
        guard !asked.machine.adopted else {
            throw Refusal(
                .notOffered, .machineName,
                "\(.machineName) is '\(name)': it was made by somebody else, who has to move it",
                value: name, host: asked.source.name)
        }
        try checkKept()
        try checkDisks()
    }

    /// What libvirt takes along with no machine, or what would not be the same there.
    private func checkKept() throws(Refusal) {
        let (name, seen) = (asked.machine.name, asked.observed)
        let host = asked.source.name
        let why: String? =
            if seen.name != name {
                "host \(host) has it under another name, '\(seen.name.shown)'; name it back first (virsh domrename, while it "
                    + "is off" + (asked.machine.network == nil ? ")" : "), or apply its network")
            } else if !seen.snapshots.isEmpty {
                "it has snapshots (\(Remains.list(seen.snapshots))), which cannot go along; delete them first (virsh "
                    + "snapshot-delete), or only what libvirt knows of them (--metadata)"
            } else if !seen.checkpoints.isEmpty {
                "it has checkpoints (\(Remains.list(seen.checkpoints))), which cannot go along; delete them first (virsh "
                    + "checkpoint-delete)"
            } else if let target = seen.copiedDisks.first {
                "its disk \(target.shown) is just being copied (virsh blockjob tells how far it is); wait until that has ended"
            } else {
                nil
            }
        guard let why else { return }
        throw Refusal(.notOffered, .machineName, "\(.machineName) is '\(name)': \(why)", value: name, host: host)
    }

    /// libvirt copies all of a machine's disks, or none.
    private func checkDisks() throws(Refusal) {
        let name = asked.machine.name
        let written = asked.observed.disks.filter { !$0.isReadOnly }.compactMap(\.source)
        let apart = written.filter { !asked.shared.contains($0) }
        if let foreign = asked.foreignDisks.compactMap(\.source).first(where: apart.contains) {
            throw Refusal(
                .notOffered, .machineName,
                "\(.machineName) is '\(name)': its disk \(foreign.shown) was not made by VMS, and host "
                    + "\(asked.destination.name) does "
                    + "not have the same one under that path, as far as can be told: a file is the same when both hosts see "
                    + "it, a device when it tells the same WWN, NVMe or LVM identity on both\(overlaid)",
                value: name, host: asked.source.name)
        }
        guard apart.isEmpty || apart.count == written.count else {
            throw Refusal(
                .notOffered, .machineName,
                "\(.machineName) is '\(name)': hosts \(asked.source.name) and \(asked.destination.name) share "
                    + "some of its disks, and "
                    + "not \(apart.map(\.shown).joined(separator: ", ")); such a machine is not moved", value: name,
                host: asked.source.name)
        }
    }

    /// Where it writes to none of the disks that were made for it, somebody made a snapshot whose file is not there.
    private var overlaid: String {
        let seen = Set(asked.observed.disks.compactMap { $0.source?.split(separator: "/").last.map(String.init) })
        guard let own = asked.machine.volumes.first(where: { $0.name.contains("-disk.") && !seen.contains($0.name) })
        else {
            return ""
        }
        return "; it lies over the machine's own disk \(own.name), as that of a snapshot does: merge it first (virsh "
            + "blockcommit --active --pivot)"
    }

    private func checkHypervisors() throws(Refusal) {
        guard from.hypervisor == to.hypervisor, from.arch == to.arch else {
            throw mismatch(
                "it has \(to.hypervisor.name) on \(to.arch), and the machine runs with \(from.hypervisor.name) on \(from.arch)"
            )
        }
        guard from.hypervisor == .qemu || from.hypervisor == .xen else {
            throw Refusal(
                .notOffered, .destinationHost, "\(from.hypervisor.name) hosts cannot move a machine",
                value: asked.destination.name)
        }
        guard from.domainTypes.contains("kvm") == to.domainTypes.contains("kvm") else {
            throw mismatch("one of both hosts has KVM, the other has not: a running machine cannot change that")
        }
        if let (here, there) = from.identity.flatMap({ here in to.identity.map { (here, $0) } }),
            let why = here.hindersMove(to: there)
        {
            throw Refusal(
                .notOffered, .destinationHost, "\(.destinationHost) is '\(asked.destination.name)': \(why)",
                value: asked.destination.name)
        }
    }

    private func mismatch(_ why: String) -> Refusal {
        Refusal(
            .hypervisorMismatch, .destinationHost, "\(.destinationHost) is '\(asked.destination.name)': \(why)",
            value: asked.destination.name)
    }

    /// A definition of the machine itself that does not run is what an earlier move left, and no hindrance.
    private func checkFree() throws(Refusal) {
        let other = to.domains.first {
            $0.id == asked.machine.id ? $0.isActive : $0.name == asked.machine.name
        }
        guard let other else { return }
        throw Refusal(
            .machineNameTaken, .destinationHost,
            "\(.destinationHost) is '\(asked.destination.name)': "
                + (other.id == asked.machine.id
                    ? "a copy of machine '\(asked.machine.name)' runs there already; end one of both by hand"
                    : "it has another machine called '\(asked.machine.name)'"),
            value: asked.destination.name)
    }

    private func checkRoom() throws(Refusal) {
        let room = to.roomMiB
        let needed = asked.observed.maxMemoryKiB / 1024
        guard needed <= room else {
            throw Refusal(
                .notEnoughMemory, .destinationHost,
                "\(.destinationHost) is '\(asked.destination.name)': it has \(room) MiB free, and the machine has \(needed)",
                value: asked.destination.name)
        }
        guard asked.observed.maxVcpus <= to.cpus else {
            throw Refusal(
                .outOfRange, .destinationHost,
                "\(.destinationHost) is '\(asked.destination.name)': it has \(to.cpus) CPUs, and the machine "
                    + "\(asked.observed.maxVcpus)", value: asked.destination.name)
        }
    }

    /// A running machine takes its definition along: what it points at must be called the same on both hosts.
    ///
    /// - Throws: `notOffered`, `bridgeNotFound`.
    func compare(_ draft: MachineDraft) throws(Refusal) {
        let there = Set(draft.spec.disks.map(\.path))
        for disk in asked.observed.disks {
            guard let path = disk.source, !there.contains(path) else { continue }
            throw Refusal(
                .notOffered, .destinationHost,
                "\(.destinationHost) is '\(asked.destination.name)': the machine's disk \(path) would be elsewhere there "
                    + "(\(there.sorted().joined(separator: ", "))); give both hosts' storage pools the same name and path",
                value: asked.destination.name)
        }
        let bridges = Dictionary(
            draft.spec.interfaces.map { ($0.mac, $0.bridge) }, uniquingKeysWith: { first, _ in first })
        for interface in asked.observed.interfaces {
            guard let source = interface.source else { continue }
            let bridge = bridges[MACAddress(interface.mac)]
            guard bridge != source else { continue }
            throw Refusal(
                .bridgeNotFound, .destinationHost,
                "\(.destinationHost) is '\(asked.destination.name)': the machine is connected with '\(source)' by "
                    + "\(interface.mac), "
                    + (bridge.map { "and would be with '\($0)' there" } ?? "which its record does not know"),
                value: asked.destination.name)
        }
        let copied = draft.spec.disks.first { !$0.isReadOnly && !asked.shared.contains($0.path) }
        guard let copied, from.hypervisor == .xen else { return }
        throw Refusal(
            .notOffered, .machineName,
            "\(.machineName) is '\(asked.machine.name)': it writes to its disk \(copied.path.shown), and Xen "
                + "moves a machine only with disks that both hosts share", value: asked.machine.name)
    }
}
