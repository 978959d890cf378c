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
                .machineNotRunning,
                "vmName is '\(name)': it is \(asked.observed.state.rawValue); only a machine that runs is moved: start it",
                field: "vmName", value: name, node: asked.source.name)
        }
        guard !asked.machine.adopted, asked.machine.image != nil else {
            throw Refusal(
                .notOffered,
                "vmName is '\(name)': its disk was not made by VMS, which cannot know whether host \(asked.destination.name) "
                    + "has the same", field: "vmName", value: name, node: asked.source.name)
        }
    }

    private func checkHypervisors() throws(Refusal) {
        guard from.hypervisor == to.hypervisor, from.arch == to.arch else {
            throw mismatch(
                "it has \(to.hypervisor.name) on \(to.arch), and the machine runs with \(from.hypervisor.name) on \(from.arch)"
            )
        }
        guard from.hypervisor == .qemu || from.hypervisor == .xen else {
            throw Refusal(
                .notOffered, "\(from.hypervisor.name) hosts cannot move a machine", field: "destPhyServer",
                value: asked.destination.name)
        }
        guard from.domainTypes.contains("kvm") == to.domainTypes.contains("kvm") else {
            throw mismatch("one of both hosts has KVM, the other has not: a running machine cannot change that")
        }
    }

    private func mismatch(_ why: String) -> Refusal {
        Refusal(
            .hypervisorMismatch, "destPhyServer is '\(asked.destination.name)': \(why)", field: "destPhyServer",
            value: asked.destination.name)
    }

    /// A definition of the machine itself that does not run is what an earlier move left, and no hindrance.
    private func checkFree() throws(Refusal) {
        let other = to.domains.first {
            $0.id == asked.machine.id ? $0.isActive : $0.name == asked.machine.name
        }
        guard let other else { return }
        throw Refusal(
            .machineNameTaken,
            "destPhyServer is '\(asked.destination.name)': "
                + (other.id == asked.machine.id
                    ? "a copy of machine '\(asked.machine.name)' runs there already; end one of both by hand"
                    : "it has another machine called '\(asked.machine.name)'"),
            field: "destPhyServer", value: asked.destination.name)
    }

    private func checkRoom() throws(Refusal) {
        let room = (to.freeMemory ?? to.memoryKiB * 1024) / 1_048_576
        let needed = asked.observed.maxMemoryKiB / 1024
        guard needed <= room else {
            throw Refusal(
                .notEnoughMemory,
                "destPhyServer is '\(asked.destination.name)': it has \(room) MiB free, and the machine has \(needed)",
                field: "destPhyServer", value: asked.destination.name)
        }
        guard asked.observed.maxVcpus <= to.cpus else {
            throw Refusal(
                .outOfRange,
                "destPhyServer is '\(asked.destination.name)': it has \(to.cpus) CPUs, and the machine "
                    + "\(asked.observed.maxVcpus)", field: "destPhyServer", value: asked.destination.name)
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
                .notOffered,
                "destPhyServer is '\(asked.destination.name)': the machine's disk \(path) would be elsewhere there "
                    + "(\(there.sorted().joined(separator: ", "))); give both hosts' storage pools the same name and path",
                field: "destPhyServer", value: asked.destination.name)
        }
        let bridges = Dictionary(
            draft.spec.interfaces.map { ($0.mac, $0.bridge) }, uniquingKeysWith: { first, _ in first })
        for interface in asked.observed.interfaces {
            guard let source = interface.source else { continue }
            let bridge = bridges[MACAddress(interface.mac)]
            guard bridge != source else { continue }
            throw Refusal(
                .bridgeNotFound,
                "destPhyServer is '\(asked.destination.name)': the machine is connected with '\(source)' by \(interface.mac), "
                    + (bridge.map { "and would be with '\($0)' there" } ?? "which its record does not know"),
                field: "destPhyServer", value: asked.destination.name)
        }
        guard from.hypervisor != .xen || !draft.spec.disks.contains(where: { !$0.isReadOnly }) else {
            throw Refusal(
                .notOffered,
                "vmName is '\(asked.machine.name)': it writes to a disk of its own, and Xen moves a machine only with "
                    + "disks that both hosts share", field: "vmName", value: asked.machine.name)
        }
    }
}
