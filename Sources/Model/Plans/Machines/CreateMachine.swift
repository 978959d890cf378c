package import FoundationEssentials

/// A caller's request to `createVirtualMachine`, in the model's terms.
package struct MachineRequest: Sendable, Equatable {
    package enum WaitFor: String, Sendable, Equatable { case address, stack, started }
    /// The way in which a Xen host runs a machine.
    package enum GuestType: String, Sendable, Equatable { case pv, pvh }

    package var host: String
    package var name: String
    package var address: String
    /// `nil` means the least memory with which its image works.
    package var memoryMiB: Int64?
    package var diskGiB: Int64?
    package var image = ImageChoice()
    package var vcpus = 1
    package var bridge: String?
    package var transfersDisk = true
    package var diskPath: String?
    /// Name of the storage pool for its volumes.
    package var pool: String?
    package var note: String?
    package var hypervisor: String?
    package var guestType: GuestType?
    package var waitFor = WaitFor.address
    /// The team that will own it.
    package var team = TeamID.standard
    /// Whether its host starts it at the host's own start.
    package var startsWithHost = false

    package init(host: String, name: String, address: String, memoryMiB: Int64?) {
        self.host = host
        self.name = name
        self.address = address
        self.memoryMiB = memoryMiB
    }
}

/// Plans the creation of one machine: the input of a planner that returns a ``Plan`` or a ``Refusal``.
package struct CreateMachine {
    package var request: MachineRequest
    package var fleet: Fleet
    package var survey: HostSurvey
    package var catalogue: Catalogue
    /// MAC addresses that are in use, in addition to those of the fleet.
    var macs: Set<MACAddress> = []
    /// Generated in advance, so that the same input has the same result.
    package var id: MachineID
    package var operation: OperationID
    package var now: Date
    /// The sweep that may free space if it is lacking; `nil` if the copies have not been looked up yet.
    package var prunePlan: PrunePlan?
    /// The host's report about the requested disk; `nil` without one.
    package var disk: HostDisk?
    /// The existing machine that is to become as requested.
    var existing: Machine?
    /// A disk of the existing machine that VMS did not make.
    var kept: GivenDisk?

    package init(
        request: MachineRequest, fleet: Fleet, survey: HostSurvey, catalogue: Catalogue, id: MachineID,
        operation: OperationID, now: Date
    ) {
        self.request = request
        self.fleet = fleet
        self.survey = survey
        self.catalogue = catalogue
        self.id = id
        self.operation = operation
        self.now = now
    }

    package func plan() throws(Refusal) -> Planned<Machine> {
        let host = try fleet.host(request.host)
        do {
            return try plan(on: host)
        } catch {
            throw error.at(host: host.name, machine: request.name.shown)
        }
    }

    /// Checks the maintenance without a survey, so that a host under maintenance need not answer.
    ///
    /// - Throws: `hostInMaintenance`.
    package static func checkMaintenance(of host: Host) throws(Refusal) {
        guard let since = host.maintenance else { return }
        throw Refusal(
            .hostInMaintenance, .host,
            "\(.host) is '\(host.name)': it is in maintenance since \(since.formatted(.iso8601)) and accepts no new machines",
            value: host.name)
    }

    private func plan(on host: Host) throws(Refusal) -> Planned<Machine> {
        let name = try MachineName(request.name)
        let address = try InterfaceAddress(request.address, subject: .address)
        try Self.checkMaintenance(of: host)
        try checkHypervisor()
        try checkGuestType()
        try checkFree(name, on: host)
        try Self.checkFree(address, in: fleet)
        let image = try chosenImage()
        try checkMemory(image, interfaces: 1)
        try Self.check(address, speaks: image?.addressing)
        let draft = try MachineDraft(
            self, name: name, image: image, host: host,
            attachments: [try Self.attachment(request.bridge, of: survey, address: address)])
        let interface = draft.interfaces[0]
        let proof = Proof(
            machine: draft.reference, bridge: interface.bridge, address: address, mac: interface.mac,
            addressing: image?.addressing ?? .ipv4, probe: image?.probe, seconds: draft.machine.bootSeconds,
            survey: survey)
        let steps: [Step] =
            draft.storage + proof.before + [.defineMachine(draft.spec), .startMachine(draft.reference)]
            + (try proof.after(request.waitFor))
        let plan = Plan(
            service: "createVirtualMachine", subject: .init(draft.machine), StagedSteps(steps, on: host),
            recovery: .undo,
            atBegin: [.insertMachine(draft.machine)] + draft.found.map { .imageIsNeeded($0, at: now) },
            onFailure: [.removeMachine(id)],
            memory: [MemoryNeed(host: host.name, needed: draft.machine.memoryMiB, of: survey, in: fleet)],
            notes: proof.notes
                + HostNotes.notes(
                    of: host, survey, bridges: draft.machine.bridge.map { [$0] } ?? [], volumes: draft.machine.volumes))
        return Planned(record: draft.machine, plan: plan)
    }

    /// The machine as a router of a network, whose attachments are chosen already.
    ///
    /// - Throws: the refusals of ``plan()`` that do not concern its address.
    func draft(on host: Host, attachments: [MachineDraft.Attachment]) throws(Refusal) -> MachineDraft {
        let name = try MachineName(request.name)
        if existing == nil {
            try Self.checkMaintenance(of: host)
            try checkFree(name, on: host)
        }
        let image = try chosenImage()
        let grows = attachments.contains { $0.mac == nil }
        try checkMemory(
            image, interfaces: attachments.count, isKept: !grows && existing?.memoryMiB == request.memoryMiB)
        for attachment in attachments {
            guard let address = attachment.address else { continue }
            try Self.check(address, speaks: image?.addressing)
        }
        return try MachineDraft(self, name: name, image: image, host: host, attachments: attachments)
    }

    private func checkHypervisor() throws(Refusal) {
        guard let wanted = request.hypervisor, wanted.lowercased() != survey.hypervisor.name.lowercased() else {
            return
        }
        throw Refusal(
            .hypervisorMismatch, .hypervisor,
            "\(.hypervisor) is '\(wanted.shown)': the host has \(survey.hypervisor.name)", value: wanted.shown)
    }

    private func checkGuestType() throws(Refusal) {
        guard let requested = request.guestType else { return }
        guard survey.hypervisor == .xen else {
            throw Refusal(
                .notOffered, .guestType,
                "\(.guestType) is '\(requested.rawValue)': only Xen hosts know it, and this one has "
                    + survey.hypervisor.name, value: requested.rawValue)
        }
        guard requested != .pvh || survey.guestTypes.contains("xenpvh") else {
            throw Refusal(
                .notOffered, .guestType, "\(.guestType) is 'pvh': the host's processor does not virtualise; use pv",
                value: requested.rawValue)
        }
    }

    private func checkFree(_ name: MachineName, on host: Host) throws(Refusal) {
        if fleet.machine(name.text, on: host) != nil || survey.domains.contains(where: { $0.name == name.text }) {
            throw Refusal(
                .machineNameTaken, .machineName,
                "\(.machineName) is '\(name.text)': the host has a machine of that name already", value: name.text)
        }
        if let other = fleet.machines(named: name.text).first {
            throw Refusal(
                .machineNameTaken, .machineName,
                "\(.machineName) is '\(name.text)': host \(other.host) has a machine of that name already",
                value: name.text)
        }
    }

    /// - Throws: `addressTaken`.
    static func checkFree(_ address: InterfaceAddress, in fleet: Fleet) throws(Refusal) {
        if let other = fleet.machine(at: address.address) {
            throw Refusal(
                .addressTaken, .address,
                "\(.address) is '\(address)': machine \(other.name) on \(other.host) has that address",
                value: "\(address)")
        }
        let text = "\(address.address)"
        if fleet.hosts.contains(where: { $0.addresses.contains(text) }) {
            throw Refusal(
                .addressTaken, .address, "\(.address) is '\(address)': a registered host has that address",
                value: "\(address)")
        }
    }

    /// `nil` if the machine boots from a disk of its own that is already on the host.
    private func chosenImage() throws(Refusal) -> Image? {
        if request.diskPath != nil || kept != nil { return nil }
        // A host without storage cannot receive an image.
        guard survey.storesVolumes || !request.image.isEmpty else { return nil }
        return try catalogue.image(request.image)
    }

    /// The path of the disk to look up on the host; `nil` without one.
    ///
    /// - Throws: `invalidValue` if the path is not valid, or is given while an image is to be sent.
    package static func diskPath(of request: MachineRequest) throws(Refusal) -> String? {
        guard let path = request.diskPath else { return nil }
        guard !request.transfersDisk else {
            throw Refusal(
                .invalidValue, .diskPath, "\(.diskPath) is '\(path.shown)': needs \(.transfersDisk)=false",
                value: path.shown)
        }
        try GivenDisk.check(path)
        return path
    }

    /// The disk that is already on the host and becomes the machine's.
    ///
    /// - Throws: the refusals of ``GivenDisk`` and ``diskPath(of:)``.
    func givenDisk() throws(Refusal) -> GivenDisk? {
        guard let path = try Self.diskPath(of: request) else { return nil }
        guard let disk else {
            throw Refusal(
                .diskNotFound, .diskPath, "\(.diskPath) is '\(path.shown)': the host was not asked about it",
                value: path.shown)
        }
        return try GivenDisk(asked: path, told: disk, hypervisor: survey.hypervisor)
    }

    private static func check(
        _ address: InterfaceAddress, speaks addressing: Image.Addressing?
    ) throws(Refusal) {
        guard addressing == .ipv6, !address.address.isIPv6 else { return }
        throw Refusal(
            .invalidAddress, .address, "\(.address) is '\(address)': the image speaks IPv6 only; give an IPv6 address",
            value: "\(address)")
    }

    /// Memory in MiB: the requested amount, otherwise the image's need with this number of interfaces, as for
    /// routers.
    func memory(_ image: Image?, interfaces: Int) -> Int64 {
        request.memoryMiB ?? image.map { InterfaceNeed.leastMemory(of: $0, interfaces: interfaces) } ?? 128
    }

    /// - Parameter isKept: whether the machine has that memory and those interfaces already, and stays as it
    ///   is.
    private func checkMemory(_ image: Image?, interfaces: Int, isKept: Bool = false) throws(Refusal) {
        let requested = memory(image, interfaces: interfaces)
        let least = image.map { InterfaceNeed.leastMemory(of: $0, interfaces: interfaces) } ?? 0
        if let image, requested < least, survey.storesVolumes, !isKept {
            let why = least > image.minimumMemoryMiB ? " for \(interfaces) network interfaces" : ""
            throw Refusal(
                .outOfRange, .memory,
                "\(.memory) is '\(requested)': image \(image.name) needs at least \(least) MiB\(why)",
                value: "\(requested)")
        }
        let room = survey.roomMiB
        let had = existing?.memoryMiB ?? 0
        guard requested <= had || requested.minus(had) <= room else {
            throw Refusal(
                .notEnoughMemory, .memory,
                "\(.memory) is '\(requested)': the host has \(room) MiB free\(had > 0 ? " beside the \(had) it has" : "")",
                value: "\(requested)")
        }
        guard request.vcpus <= survey.cpus else {
            throw Refusal(
                .outOfRange, .vcpus, "\(.vcpus) is '\(request.vcpus)': the host has \(survey.cpus) CPUs",
                value: "\(request.vcpus)")
        }
    }

    /// The attachment of a machine: the requested bridge, the bridge of the requested network card, or the card
    /// itself if it has no bridge; without a request the host's first bridge with a card.
    ///
    /// - Throws: `bridgeNotFound`, `notOffered` for a card without a bridge on a Xen host.
    static func attachment(
        _ wanted: String?, of survey: HostSurvey, address: InterfaceAddress
    ) throws(Refusal) -> MachineDraft.Attachment {
        // A machine joins the links of networks only as their router.
        let bridges = survey.bridges.filter { !Segment.isName($0.name) }
        let names = bridges.map(\.name)
        guard let wanted else {
            guard let bridge = bridges.first(where: \.isPhysical) ?? bridges.first else {
                throw Refusal(
                    .bridgeNotFound, "the host has no bridge to connect a machine to; make one, or a libvirt network")
            }
            return .init(bridge: bridge.name, address: address)
        }
        if names.contains(wanted) { return .init(bridge: wanted, address: address) }
        guard let card = survey.interfaces.first(where: { $0.name == wanted }) else {
            let known = (names + survey.interfaces.map(\.name)).joined(separator: ", ")
            throw Refusal(
                .bridgeNotFound, .interface,
                "\(.interface) is '\(wanted.shown)': no bridge or network card of the host; "
                    + (known.isEmpty ? "it has none" : "it has \(known)"), value: wanted.shown)
        }
        if let bridge = card.bridge, names.contains(bridge) { return .init(bridge: bridge, address: address) }
        guard survey.hypervisor == .qemu else {
            throw Refusal(
                .notOffered, .interface,
                "\(.interface) is '\(wanted.shown)': this network card is no port of a bridge, and \(survey.hypervisor.name) "
                    + "cannot share it; make it a port of one", value: wanted.shown)
        }
        return .init(bridge: wanted, address: address, isDirect: true)
    }
}
