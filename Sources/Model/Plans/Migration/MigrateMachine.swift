package import FoundationEssentials

/// Plans the move of a running machine to another host: a question to the model, answered by a ``Plan`` or a ``Refusal``.
///
/// Everything that can be known beforehand is looked at before anything is touched. Until the machine is proven where it
/// is to be, all can be undone, and it is moved back; what it leaves behind goes last.
package struct MigrateMachine {
    package var machine: Machine
    /// What its host tells of it.
    package var observed: ObservedMachine
    package var source: Host
    package var destination: Host
    package var isLive: Bool
    package var limits = MoveLimits()
    /// Paths of its disks, seed included, that lie on storage which both hosts have: they stay where they are.
    package var shared: Set<String> = []
    /// What proves it there; a router's links are proven whatever it says.
    package var waitFor: MachineRequest.WaitFor
    package var fleet: Fleet
    /// Of both hosts; for a router, of every host of its network.
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

    /// Needs no host, so that one that does not answer is not asked in vain.
    ///
    /// - Throws: `invalidValue` when both hosts are the same, `hostInMaintenance`.
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

    /// - Throws: whatever stands in the way, on the destination or on the network's links.
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

    /// Takes into account what both hosts have of its disks.
    package mutating func share(_ paths: Set<String>) {
        shared = paths
        guard let here = surveys[source.name], let there = surveys[destination.name] else { return }
        // What VMS did not make may be a link to elsewhere, and says nothing of the pool.
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
            request.image = ImageChoice(name: try catalogue.image(of: machine, asked: ImageChoice()).reference)
        }
        request.vcpus = machine.vcpus
        request.note = machine.note
        // Its record does not tell the size it was asked for; its disk does.
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

    /// The record once it is there.
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
        staged.add("what it leaves", [source.name: left(of: draft)], on: hosts)
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

    /// Disks it writes to that VMS did not make.
    var foreignDisks: [ObservedMachine.Disk] {
        machine.strangeDisks(among: observed.disks).filter { !$0.isReadOnly }
    }

    /// Copies of its image on the old host, which it uses no more.
    var imagesLeft: [RecordChange] {
        machine.imageFiles.map { .imageWasUsed(host: source.name, $0, at: now) }
    }

    /// What of it stays behind on the old host.
    func left(of draft: MachineDraft) -> [Step] {
        [.undefineMachine(draft.reference)] + machine.volumes.filter { !isShared($0) }.map { Step.removeVolume($0) }
    }

    private func isShared(_ volume: VolumeName) -> Bool { shared.contains { $0.hasSuffix("/" + volume.name) } }

    /// Its disks, of the size they have; one that both hosts have is not made a second time.
    func prepared(_ draft: MachineDraft) -> [Step] {
        let paths = Dictionary(
            draft.spec.disks.map { ($0.path.split(separator: "/").last.map(String.init) ?? "", $0.path) },
            uniquingKeysWith: { first, _ in first })
        return draft.storage.compactMap { step in
            if case .writeSeed(let seed) = step, isShared(seed.volume) { return nil }
            guard case .createDisk(var disk) = step else { return step }
            guard !isShared(disk.volume) else { return nil }
            guard let seen = observed.disks.first(where: { $0.source == paths[disk.volume.name] }),
                let capacity = seen.capacity
            else { return step }
            disk.capacity = capacity
            return .createDisk(disk)
        }
    }

    /// - Parameter before: how many routers of its network move before it.
    func moving(
        _ draft: MachineDraft, _ moved: RouterMoves?, after before: Int = 0, by hypervisor: HypervisorKind
    ) throws(Refusal) -> [Step] {
        var steps: [Step] = [.moveMachine(try step(draft, moved, before, hypervisor))]
        // A definition that travels does not bring along what was asked of the scheduler while it ran.
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

    /// To a machine of no network, from the host that it leaves, which is on the same physical network.
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

    /// That it is there for others, as far as that can be asked.
    private func proof(_ draft: MachineDraft, on survey: HostSurvey) throws(Refusal) -> [Step] {
        guard let address = machine.address, let interface = draft.interfaces.first else {
            return []
        }
        return try Proof(
            machine: draft.reference, bridge: interface.bridge, address: address, mac: interface.mac,
            addressing: machine.addressing ?? .ipv4, probe: machine.probe, seconds: machine.bootSeconds, survey: survey
        ).after(waitFor)
    }

    /// Copies of its image that the destination has already; of one that both hosts share, that it has it.
    func needed(_ draft: MachineDraft) -> [RecordChange] {
        let found = Set(draft.found).intersection(fleet.imagesOnHosts).sorted { $0.digest.text < $1.digest.text }
        let shared = Set(found.filter(\.isShared).map(\.digest))
        let known = fleet.imagesOnHosts.filter { $0.isShared && shared.contains($0.digest) }
        return known.map { .imageIsOnHost($0) } + found.map { .imageIsNeeded($0, at: now) }
    }
}
