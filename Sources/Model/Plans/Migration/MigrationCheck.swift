extension ObservedMachine.State {
    /// The reason why a machine in this state is not moved, and the remedy.
    var reasonToStay: String {
        "it is \(rawValue); only a running machine is moved: "
            + (isHalted ? "resume it first (resumeVirtualMachine)" : "start it first (startVirtualMachine)")
    }
}

/// Checks the requirements of a machine on its destination, before any change.
struct MigrationCheck {
    private let migration: MigrateMachine
    private let from: HostSurvey
    private let to: HostSurvey

    init(_ migration: MigrateMachine, from: HostSurvey, to: HostSurvey) {
        self.migration = migration
        self.from = from
        self.to = to
    }

    /// The checks that need no choice of disks and interfaces.
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
        let name = migration.machine.name
        guard migration.observed.state == .running || migration.observed.state == .blocked else {
            throw Refusal(
                .machineNotRunning, .machineName,
                "\(.machineName) is '\(name)': \(migration.observed.state.reasonToStay)",
                value: name,
                host: migration.source.name)
        }
        guard !migration.machine.adopted else {
            throw Refusal(
                .notOffered, .machineName,
                "\(.machineName) is '\(name)': it was made by others, who must move it",
                value: name, host: migration.source.name)
        }
        try checkKept()
        try checkDisks()
    }

    /// Checks for parts that libvirt does not migrate, or that would differ on the destination.
    private func checkKept() throws(Refusal) {
        let (name, observed) = (migration.machine.name, migration.observed)
        let host = migration.source.name
        let why: String? =
            if observed.name != name {
                "host \(host) has it under another name, '\(observed.name.shown)'; rename it back first (virsh domrename, while it "
                    + "is off" + (migration.machine.network == nil ? ")" : "), or apply its network")
            } else if !observed.snapshots.isEmpty {
                "it has snapshots (\(RemovalEffects.list(observed.snapshots))), which cannot go along; delete them first (virsh "
                    + "snapshot-delete), or only what libvirt knows of them (--metadata)"
            } else if !observed.checkpoints.isEmpty {
                "it has checkpoints (\(RemovalEffects.list(observed.checkpoints))), which cannot go along; delete them first (virsh "
                    + "checkpoint-delete)"
            } else if let target = observed.copiedDisks.first {
                "its disk \(target.shown) is being copied (virsh blockjob shows the progress); wait until that has ended"
            } else {
                nil
            }
        guard let why else { return }
        throw Refusal(.notOffered, .machineName, "\(.machineName) is '\(name)': \(why)", value: name, host: host)
    }

    /// libvirt copies all of a machine's disks, or none.
    private func checkDisks() throws(Refusal) {
        let name = migration.machine.name
        let written = migration.observed.disks.filter { !$0.isReadOnly }.compactMap(\.source)
        let unshared = written.filter { !migration.shared.contains($0) }
        if let foreign = migration.foreignDisks.compactMap(\.source).first(where: unshared.contains) {
            throw Refusal(
                .notOffered, .machineName,
                "\(.machineName) is '\(name)': its disk \(foreign.shown) was not made by VMS, and host "
                    + "\(migration.destination.name) does "
                    + "not have the same one under that path, as far as can be determined: a file is the same when both hosts see "
                    + "it, a device when it reports the same WWN, NVMe or LVM identity on both\(overlaid)",
                value: name, host: migration.source.name)
        }
        guard unshared.isEmpty || unshared.count == written.count else {
            throw Refusal(
                .notOffered, .machineName,
                "\(.machineName) is '\(name)': hosts \(migration.source.name) and \(migration.destination.name) share "
                    + "some of its disks, and "
                    + "not \(unshared.map(\.shown).joined(separator: ", ")); such a machine is not moved", value: name,
                host: migration.source.name)
        }
    }

    /// A hint if the machine writes to none of the disks that were made for it: others made a snapshot, whose
    /// file is not on the destination.
    private var overlaid: String {
        let names = Set(migration.observed.disks.compactMap { $0.source?.split(separator: "/").last.map(String.init) })
        guard
            let own = migration.machine.volumes.first(where: { $0.name.contains("-disk.") && !names.contains($0.name) })
        else {
            return ""
        }
        return
            "; it is an overlay of the machine's own disk \(own.name), like that of a snapshot: merge it first (virsh "
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
                value: migration.destination.name)
        }
        guard from.domainTypes.contains("kvm") == to.domainTypes.contains("kvm") else {
            throw mismatch("one of both hosts has KVM, the other has not: a running machine cannot change that")
        }
        if let (here, there) = from.identity.flatMap({ here in to.identity.map { (here, $0) } }),
            let why = here.reasonAgainstMove(to: there)
        {
            throw Refusal(
                .notOffered, .destinationHost, "\(.destinationHost) is '\(migration.destination.name)': \(why)",
                value: migration.destination.name)
        }
    }

    private func mismatch(_ why: String) -> Refusal {
        Refusal(
            .hypervisorMismatch, .destinationHost, "\(.destinationHost) is '\(migration.destination.name)': \(why)",
            value: migration.destination.name)
    }

    /// An inactive definition of the machine itself is a leftover of an earlier migration, and no obstacle.
    private func checkFree() throws(Refusal) {
        let other = to.domains.first {
            $0.id == migration.machine.id ? $0.isActive : $0.name == migration.machine.name
        }
        guard let other else { return }
        throw Refusal(
            .machineNameTaken, .destinationHost,
            "\(.destinationHost) is '\(migration.destination.name)': "
                + (other.id == migration.machine.id
                    ? "a copy of machine '\(migration.machine.name)' runs there already; end one of both by hand"
                    : "it has another machine called '\(migration.machine.name)'"),
            value: migration.destination.name)
    }

    private func checkRoom() throws(Refusal) {
        let room = to.roomMiB
        let needed = migration.observed.maxMemoryKiB / 1024
        guard needed <= room else {
            throw Refusal(
                .notEnoughMemory, .destinationHost,
                "\(.destinationHost) is '\(migration.destination.name)': it has \(room) MiB free, and the machine has \(needed)",
                value: migration.destination.name)
        }
        guard migration.observed.maxVcpus <= to.cpus else {
            throw Refusal(
                .outOfRange, .destinationHost,
                "\(.destinationHost) is '\(migration.destination.name)': it has \(to.cpus) CPUs, and the machine "
                    + "\(migration.observed.maxVcpus)", value: migration.destination.name)
        }
    }

    /// A running machine migrates with its definition: disks and bridges in it must have the same names on both
    /// hosts.
    ///
    /// - Throws: `notOffered`, `bridgeNotFound`.
    func compare(_ draft: MachineDraft) throws(Refusal) {
        let there = Set(draft.spec.disks.map(\.path))
        for disk in migration.observed.disks {
            guard let path = disk.source, !there.contains(path) else { continue }
            throw Refusal(
                .notOffered, .destinationHost,
                "\(.destinationHost) is '\(migration.destination.name)': the machine's disk \(path) would be elsewhere there "
                    + "(\(there.sorted().joined(separator: ", "))); give both hosts' storage pools the same name and path",
                value: migration.destination.name)
        }
        let bridges = Dictionary(
            draft.spec.interfaces.map { ($0.mac, $0.bridge) }, uniquingKeysWith: { first, _ in first })
        for interface in migration.observed.interfaces {
            guard let source = interface.source else { continue }
            let bridge = bridges[MACAddress(interface.mac)]
            guard bridge != source else { continue }
            throw Refusal(
                .bridgeNotFound, .destinationHost,
                "\(.destinationHost) is '\(migration.destination.name)': the machine is connected to '\(source)' by "
                    + "\(interface.mac), "
                    + (bridge.map { "and would be connected to '\($0)' there" } ?? "which is missing in its record"),
                value: migration.destination.name)
        }
        let copied = draft.spec.disks.first { !$0.isReadOnly && !migration.shared.contains($0.path) }
        guard let copied, from.hypervisor == .xen else { return }
        throw Refusal(
            .notOffered, .machineName,
            "\(.machineName) is '\(migration.machine.name)': it writes to its disk \(copied.path.shown), and Xen "
                + "moves a machine only with disks that both hosts share", value: migration.machine.name)
    }
}
