/// A machine with every choice made, before any step: its record, its definition and the steps that prepare its
/// disks.
struct MachineDraft {
    /// The bridge or network card of one of its interfaces.
    struct Attachment {
        var bridge: String
        var address: InterfaceAddress?
        /// In bytes; `nil` means the bridge's own MTU.
        var mtu: Int?
        /// Whether the bridge belongs to a virtual network, so that its address cannot conflict outside of it.
        var isSegment = false
        /// Whether `bridge` is a network card without a bridge, which the machine shares (macvtap).
        var isDirect = false
        /// The MAC address of an existing interface; `nil` generates one.
        var mac: MACAddress?
    }

    struct Interface {
        var bridge: String
        var mac: MACAddress
    }

    private(set) var machine: Machine
    let image: Image?
    let storage: [Step]
    /// Files of its image that are already on the host.
    let found: [ImageOnHost]
    let spec: DomainSpec
    let interfaces: [Interface]

    var reference: MachineReference { MachineReference(id: machine.id, name: machine.name) }

    init(
        _ creation: CreateMachine, name: MachineName, image: Image?, host: Host, attachments: [Attachment]
    ) throws(Refusal) {
        let (request, survey, id) = (creation.request, creation.survey, creation.id)
        var (own, interfaces, seeds): (Set<MACAddress>, [Interface], [Seed.Interface]) = ([], [], [])
        for (index, attachment) in attachments.enumerated() {
            let mac =
                attachment.mac
                ?? MACAddress(machine: id, interface: index, hypervisor: survey.hypervisor) {
                    own.contains($0) || creation.macs.contains($0) || creation.fleet.has($0)
                }
            own.insert(mac)
            interfaces.append(Interface(bridge: attachment.bridge, mac: mac))
            seeds.append(.init(mac: mac, addresses: attachment.address.map { [$0] } ?? [], mtu: attachment.mtu))
        }
        let memory = creation.memory(image, interfaces: attachments.count)
        let disk = if let kept = creation.kept { Optional(kept) } else { try creation.givenDisk() }
        let storage = try MachineStorage(
            request: request, image: image, disk: disk, host: host, survey: survey,
            fleet: creation.fleet, prunePlan: creation.prunePlan,
            machine: id, kept: creation.existing?.volumes.first?.pool,
            seed: Seed(instance: id, hostName: name.text, interfaces: seeds))
        var spec = DomainSpec(
            id: id, name: name.text, kind: Self.kind(request, survey), arch: survey.arch, memoryMiB: memory,
            vcpus: request.vcpus, boot: storage.boot, disks: storage.disks,
            interfaces: zip(interfaces, attachments).map {
                .init(mac: $0.mac, bridge: $0.bridge, mtu: $1.mtu, isDirect: $1.isDirect)
            },
            note: request.note, mark: Mark(machine: id, operation: creation.operation))
        spec.startsWithHost = request.startsWithHost
        let first = attachments.first
        var machine = Machine(
            id: id, name: name.text, host: host.name, asked: .running, address: first?.address,
            mac: interfaces.first?.mac, bridge: first?.bridge, memoryMiB: memory, vcpus: request.vcpus,
            image: image?.name, note: request.note, created: creation.now, volumes: storage.ownVolumes, adopted: false,
            bootSeconds: image?.bootSeconds ?? 120, startedAt: creation.now)
        machine.diskBytes = storage.diskBytes
        machine.team = request.team
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

    /// Sets the scheduler parameters of its record, which apply once it runs.
    ///
    /// - Throws: `notOffered`, `outOfRange` by the rules of its host's scheduler.
    mutating func schedule(weight: Int64?, cap: Int64?, survey: HostSurvey) throws(Refusal) {
        guard weight != nil || cap != nil else { return }
        let rules = SchedulerRules(reading: .expected(on: survey), vcpus: spec.vcpus)
        machine.scheduler = try rules.parameters(weight: weight, cap: cap)
    }

    /// Makes the machine a router of a network.
    mutating func join(_ network: String) { machine.network = network }
}
