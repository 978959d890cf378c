/// A machine with every choice made, before anything is done: its record, its definition and the steps that prepare its
/// disks.
struct MachineDraft {
    /// What an interface of it is connected with.
    struct Attachment {
        var bridge: String
        var address: InterfaceAddress?
        /// In bytes; the bridge's own without one.
        var mtu: Int?
        /// Whether the bridge is a virtual network's own, on which its address is nobody else's concern.
        var isSegment = false
        /// Whether `bridge` is a network card without one, which it shares (macvtap).
        var isDirect = false
        /// That of an interface which is there already; drawn without one.
        var mac: MACAddress?
    }

    struct Interface {
        var bridge: String
        var mac: MACAddress
    }

    private(set) var machine: Machine
    let image: Image?
    let storage: [Step]
    /// Files of its image that are on the host already.
    let found: [ImageOnHost]
    let spec: DomainSpec
    let interfaces: [Interface]

    var reference: MachineReference { MachineReference(id: machine.id, name: machine.name) }

    init(
        _ asked: CreateMachine, name: MachineName, image: Image?, host: Host, attachments: [Attachment]
    ) throws(Refusal) {
        let (request, survey, id) = (asked.request, asked.survey, asked.id)
        var (own, interfaces, seeds): (Set<MACAddress>, [Interface], [Seed.Interface]) = ([], [], [])
        for (index, attachment) in attachments.enumerated() {
            let mac =
                attachment.mac
                ?? MACAddress(machine: id, interface: index, hypervisor: survey.hypervisor) {
                    own.contains($0) || asked.macs.contains($0) || asked.fleet.has($0)
                }
            own.insert(mac)
            interfaces.append(Interface(bridge: attachment.bridge, mac: mac))
            seeds.append(.init(mac: mac, addresses: attachment.address.map { [$0] } ?? [], mtu: attachment.mtu))
        }
        let memory = asked.memory(image, interfaces: attachments.count)
        let disk = if let kept = asked.kept { Optional(kept) } else { try asked.givenDisk() }
        let storage = try MachineStorage(
            request: request, image: image, disk: disk, host: host, survey: survey,
            fleet: asked.fleet, sweep: asked.sweep,
            machine: id, kept: asked.existing?.volumes.first?.pool,
            seed: Seed(instance: id, hostName: name.text, interfaces: seeds))
        var spec = DomainSpec(
            id: id, name: name.text, kind: Self.kind(request, survey), arch: survey.arch, memoryMiB: memory,
            vcpus: request.vcpus, boot: storage.boot, disks: storage.disks,
            interfaces: zip(interfaces, attachments).map {
                .init(mac: $0.mac, bridge: $0.bridge, mtu: $1.mtu, isDirect: $1.isDirect)
            },
            note: request.note, mark: Mark(machine: id, operation: asked.operation))
        spec.startsWithHost = request.startsWithHost
        let first = attachments.first
        var machine = Machine(
            id: id, name: name.text, host: host.name, asked: .running, address: first?.address,
            mac: interfaces.first?.mac, bridge: first?.bridge, memoryMiB: memory, vcpus: request.vcpus,
            image: image?.name, note: request.note, created: asked.now, volumes: storage.ownVolumes, adopted: false,
            bootSeconds: image?.bootSeconds ?? 120, startedAt: asked.now)
        machine.addressing = image?.addressing
        machine.probe = image?.probe
        machine.imageVersion = image?.version
        machine.imageFiles = Set((image?.files ?? []).map(\.digest)).sorted { $0.text < $1.text }
        machine.isOnSegment = first?.isSegment == true
        self.machine = machine
        self.image = image
        self.storage = storage.steps
        found = storage.found
        self.spec = spec
        self.interfaces = interfaces
    }

    private static func kind(_ request: MachineRequest, _ survey: HostSurvey) -> DomainSpec.Kind {
        switch survey.hypervisor {
        case .xen: request.guestType == .pvh ? .xenPVH : .xenPV
        case .test: .test
        case .qemu, .other: survey.domainTypes.contains("kvm") ? .kvm : .qemu
        }
    }

    /// What its record asks of the scheduler, once it runs.
    ///
    /// - Throws: `notOffered`, `outOfRange` by the rules of its host's scheduler.
    mutating func schedule(weight: Int64?, cap: Int64?, survey: HostSurvey) throws(Refusal) {
        guard weight != nil || cap != nil else { return }
        let rules = SchedulerRules(reading: .expected(on: survey), vcpus: spec.vcpus)
        machine.scheduler = try rules.parameters(weight: weight, cap: cap)
    }

    /// The machine as a router of a network.
    mutating func join(_ network: String) { machine.network = network }
}
