package import FoundationEssentials

/// Plans the migration of a running machine to another host: the input of a planner that returns a ``Plan`` or
/// a ``Refusal``.
///
/// Everything that can be checked in advance is checked before any change. Until the machine is proven on its
/// destination, all steps can be undone, and the machine is moved back. Its leftovers on the source are removed
/// last.
package struct MigrateMachine {
    package var machine: Machine
    /// The report of its host.
    package var observed: ObservedMachine
    package var source: Host
    package var destination: Host
    package var isLive: Bool
    package var limits = MoveLimits()
    /// Paths of its disks, seed included, on storage that both hosts share: they stay where they are.
    package var shared: Set<String> = []
    /// The proof of the machine on the destination; a router's links are proven in any case.
    package var waitFor: MachineRequest.WaitFor
    package var fleet: Fleet
    /// Surveys of both hosts; for a router, of every host of its network.
    package var surveys: [String: HostSurvey]
    package var catalogue: Catalogue
    package var operation: OperationID
    package var now: Date

    package init(
        machine: Machine, observed: ObservedMachine, source: Host, destination: Host, isLive: Bool,
        waitFor: MachineRequest.WaitFor = .address, fleet: Fleet,
        surveys: [String: HostSurvey], catalogue: Catalogue, operation: OperationID, now: Date
    ) {
        self.machine = machine
        self.observed = observed
        self.source = source
        self.destination = destination
        self.isLive = isLive
        self.waitFor = waitFor
        self.fleet = fleet
        self.surveys = surveys
        self.catalogue = catalogue
        self.operation = operation
        self.now = now
    }

    /// Checks that need no host, so that an unreachable host is not contacted in vain.
    ///
    /// - Throws: `invalidValue` if both hosts are the same, `hostInMaintenance`.
    package static func check(_ source: Host, _ destination: Host) throws(Refusal) {
        guard source.name != destination.name else {
            throw Refusal(
                .invalidValue, .destinationHost,
                "\(.destinationHost) is '\(destination.name)': the machine is there already; name another host",
                value: destination.name, host: destination.name)
        }
        do {
            try CreateMachine.checkMaintenance(of: destination)
        } catch {
            var refusal = error
            refusal.reason = refusal.reason.replacing(.host, with: .destinationHost)
            refusal.subject = .destinationHost
            throw refusal.at(host: destination.name)
        }
    }

    /// - Throws: the first obstacle, on the destination or on the network's links.
    package func plan() throws(Refusal) -> Planned<Machine> {
        do {
            let (from, to) = (try survey(of: source), try survey(of: destination))
            try MigrationCheck(self, from: from, to: to).beforePlanning()
            var moved: RouterMoves?
            if let network = machine.network { moved = try RouterMoves([self], of: try fleet.network(network)) }
            let draft = if let moved { try moved.draft(of: self) } else { try single(on: to) }
            try MigrationCheck(self, from: from, to: to).compare(draft)
            return Planned(record: record(draft), plan: try plan(draft, moved, proven: to))
        } catch {
            throw error.at(host: destination.name, machine: machine.name)
        }
    }

    /// Takes into account the disks of the machine that both hosts have.
    package mutating func share(_ paths: Set<String>) {
        shared = paths
        guard let here = surveys[source.name], let there = surveys[destination.name] else { return }
        // A path that VMS did not make may be a link to elsewhere, and proves nothing about the pool.
        let volumes = paths.filter { path in machine.volumes.contains { path.hasSuffix("/" + $0.name) } }
        fleet.share(Array(volumes), of: source.name, here, with: destination.name, there)
    }

    func survey(of host: Host) throws(Refusal) -> HostSurvey {
        guard let survey = surveys[host.name] else {
            throw Refusal(.hostUnreachable, "host '\(host.name)' was not asked", host: host.name)
        }
        return survey
    }

    /// The machine as it will be on the destination.
    private func single(on survey: HostSurvey) throws(Refusal) -> MachineDraft {
        var request = MachineRequest(
            host: destination.name, name: machine.name, address: machine.address?.description ?? "",
            memoryMiB: machine.memoryMiB)
        if machine.image == nil {
            request.transfersDisk = false
        } else {
            request.image = ImageChoice(name: try catalogue.image(of: machine, requested: ImageChoice()).reference)
        }
        request.vcpus = machine.vcpus
        request.note = machine.note
        // The record does not contain the requested disk size; the disk has it.
        request.diskGiB = observed.disks.first { !$0.isReadOnly }?.capacity.map { max(1, $0 >> 30) }
        var question = CreateMachine(
            request: request, fleet: fleet, survey: survey, catalogue: catalogue, id: machine.id, operation: operation,
            now: now)
        question.existing = machine
        if machine.image == nil {
            question.kept = foreignDisks.first.flatMap { disk in disk.source.map { GivenDisk(disk, at: $0) } }
        }
        var attachments: [MachineDraft.Attachment] = []
        if let address = machine.address, let mac = machine.mac {
            var attachment = try CreateMachine.attachment(machine.bridge, of: survey, address: address)
            attachment.mac = mac
            attachments = [attachment]
        }
        return try question.draft(on: destination, attachments: attachments)
    }

    /// The record once the machine is on the destination.
    private func record(_ draft: MachineDraft) -> Machine {
        var after = machine
        after.host = destination.name
        after.volumes = draft.machine.volumes
        after.bridge = draft.machine.bridge
        return after
    }

    private func plan(_ draft: MachineDraft, _ moved: RouterMoves?, proven to: HostSurvey) throws(Refusal) -> Plan {
        let hosts = fleet.hosts
        var staged = StagedSteps()
        staged.add("segments", moved?.arriving ?? [:], on: hosts, atOnce: Plan.atOnce)
        staged.add("disks", [destination.name: prepared(draft)], on: hosts, joins: staged.stage > 0)
        staged.add("move", [destination.name: try moving(draft, moved, by: to.hypervisor)], on: hosts)
        if let moved {
            staged.addProofs(moved.proofs(moved: 1), boots: false, on: hosts)
        } else {
            staged.add("proof", [destination.name: try proof(draft, on: to)], on: hosts)
        }
        let settles = staged.stage
        staged.add("what it leaves", [source.name: leftovers(of: draft)], on: hosts)
        staged.add("segments that go", moved?.leaving ?? [:], on: hosts)
        return Plan(
            service: "migrateVirtualMachine", subject: moved?.subject ?? .init(machine), staged, recovery: .undo,
            settles: settles, provesNetwork: moved != nil, atBegin: (moved?.recordsAtBegin ?? []) + needed(draft),
            onSuccess: (moved?.recordsAtEnd ?? []) + imagesLeft, onFailure: moved?.recordsUndone ?? [],
            memory: [
                MemoryNeed(
                    host: destination.name, needed: observed.maxMemoryKiB / 1024, of: to, in: fleet, moves: true)
            ])
    }

    /// Disks to which it writes and that VMS did not make.
    var foreignDisks: [ObservedMachine.Disk] {
        machine.unmanagedDisks(among: observed.disks).filter { !$0.isReadOnly }
    }

    /// Changes for the copies of its image on the source host, which it no longer uses.
    var imagesLeft: [RecordChange] {
        machine.imageFiles.map { .imageWasUsed(host: source.name, $0, at: now) }
    }

    /// The steps that remove its leftovers from the source host.
    func leftovers(of draft: MachineDraft) -> [Step] {
        [.undefineMachine(draft.reference)] + machine.volumes.filter { !isShared($0) }.map { Step.removeVolume($0) }
    }

    private func isShared(_ volume: VolumeName) -> Bool { shared.contains { $0.hasSuffix("/" + volume.name) } }

    /// The steps that make its disks, in their current size; a disk that both hosts share is not made again.
    func prepared(_ draft: MachineDraft) -> [Step] {
        let paths = Dictionary(
            draft.spec.disks.map { ($0.path.split(separator: "/").last.map(String.init) ?? "", $0.path) },
            uniquingKeysWith: { first, _ in first })
        return draft.storage.compactMap { step in
            if case .writeSeed(let seed) = step, isShared(seed.volume) { return nil }
            guard case .createDisk(var disk) = step else { return step }
            guard !isShared(disk.volume) else { return nil }
            guard let reported = observed.disks.first(where: { $0.source == paths[disk.volume.name] }),
                let capacity = reported.capacity
            else { return step }
            disk.capacity = capacity
            return .createDisk(disk)
        }
    }

    /// - Parameter before: number of routers of its network that move before it.
    func moving(
        _ draft: MachineDraft, _ moved: RouterMoves?, after before: Int = 0, by hypervisor: HypervisorKind
    ) throws(Refusal) -> [Step] {
        var steps: [Step] = [.moveMachine(try step(draft, moved, before, hypervisor))]
        // A migrated definition does not include the scheduler parameters that were set while the machine ran.
        if let values = machine.scheduler { steps.append(.setScheduler(draft.reference, values, previous: [:])) }
        return steps
    }

    private func step(
        _ draft: MachineDraft, _ moved: RouterMoves?, _ before: Int, _ hypervisor: HypervisorKind
    ) throws(Refusal) -> MoveMachine {
        let flows = moved?.flows(of: self) ?? ownFlow(draft)
        try limits.check(hypervisor, flows: flows)
        return MoveMachine(
            machine: draft.reference, source: source, destination: destination, isLive: isLive,
            copiesDisks: draft.spec.disks.contains { !$0.isReadOnly && !shared.contains($0.path) },
            sharesDisks: draft.spec.disks.contains { !$0.isReadOnly && shared.contains($0.path) },
            startsWithHost: observed.autostarts ?? (machine.network != nil), limits: limits, flows: flows,
            recordsThere: [.replaceMachine(record(draft))] + (moved?.records(moved: before + 1) ?? []),
            recordsBack: [.replaceMachine(machine)] + (moved?.records(moved: before) ?? []))
    }

    /// The flow to a machine without a network, from the source host, which is on the same physical network.
    private func ownFlow(_ draft: MachineDraft) -> [MoveFlow] {
        guard let address = machine.physicalAddress?.address, let interface = draft.spec.interfaces.first,
            !interface.isDirect, machine.addressing != Image.Addressing.none
        else { return [] }
        return [
            MoveFlow(
                link: interface.bridge, host: source, bridge: interface.bridge, mtu: 1500, source: nil,
                sourceMAC: interface.mac, target: address)
        ]
    }

    /// The proof that others can reach it, as far as it can be tested.
    private func proof(_ draft: MachineDraft, on survey: HostSurvey) throws(Refusal) -> [Step] {
        guard let address = machine.address, let interface = draft.interfaces.first else {
            return []
        }
        return try Proof(
            machine: draft.reference, bridge: interface.bridge, address: address, mac: interface.mac,
            addressing: machine.addressing ?? .ipv4, probe: machine.probe, seconds: machine.bootSeconds, survey: survey
        ).after(waitFor)
    }

    /// Changes for the copies of its image that the destination has already; a copy that both hosts share is
    /// recorded for it.
    func needed(_ draft: MachineDraft) -> [RecordChange] {
        let found = Set(draft.found).intersection(fleet.imagesOnHosts).sorted { $0.digest.text < $1.digest.text }
        let shared = Set(found.filter(\.isShared).map(\.digest))
        let known = fleet.imagesOnHosts.filter { $0.isShared && shared.contains($0.digest) }
        return known.map { .imageIsOnHost($0) } + found.map { .imageIsNeeded($0, at: now) }
    }
}
