package import FoundationEssentials

/// What a caller asks of `createVirtualMachine`, in the model's words.
package struct MachineRequest: Sendable, Equatable {
    package enum WaitFor: String, Sendable, Equatable { case address, stack, started }
    /// How a Xen host runs a machine.
    package enum GuestType: String, Sendable, Equatable { case pv, pvh }

    package var host: String
    package var name: String
    package var address: String
    /// The least that its image works with where it is left out.
    package var memoryMiB: Int64?
    package var diskGiB: Int64?
    package var image = ImageChoice()
    package var vcpus = 1
    package var bridge: String?
    package var transfersDisk = true
    package var diskPath: String?
    /// Name of the storage pool that its volumes go to.
    package var pool: String?
    package var note: String?
    package var hypervisor: String?
    package var guestType: GuestType?
    package var waitFor = WaitFor.address
    /// Whether its host starts it whenever it starts itself.
    package var startsWithHost = false

    package init(host: String, name: String, address: String, memoryMiB: Int64?) {
        self.host = host
        self.name = name
        self.address = address
        self.memoryMiB = memoryMiB
    }
}

/// Plans the creation of one machine: a question to the model, answered by a ``Plan`` or a ``Refusal``.
package struct CreateMachine {
    package var request: MachineRequest
    package var fleet: Fleet
    package var survey: HostSurvey
    package var catalogue: Catalogue
    /// MAC addresses that are somebody's already; `nil`: those of the fleet.
    var macs: Set<MACAddress> = []
    /// Drawn beforehand, so that the same question has the same answer.
    package var id: MachineID
    package var operation: OperationID
    package var now: Date
    /// What may be swept where room is lacking; `nil` when nobody has looked yet.
    package var sweep: ImageSweep?
    /// What the host tells of the disk that is asked for; `nil` without one.
    package var disk: HostDisk?
    /// The machine itself, where it is there already and is to become as requested.
    var existing: Machine?
    /// A disk of that machine which VMS did not make.
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

    /// Needs no survey, so that a host which is being worked on need not answer.
    ///
    /// - Throws: `hostInMaintenance`.
    package static func checkMaintenance(of host: Host) throws(Refusal) {
        guard let since = host.maintenance else { return }
        throw Refusal(
            .hostInMaintenance, .host,
            "\(.host) is '\(host.name)': it is in maintenance since \(since.formatted(.iso8601)) and takes no new machines",
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

    /// The machine as one of a network: what it is connected with is chosen already.
    ///
    /// - Throws: as ``plan()`` does for what does not concern its address.
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
        guard let asked = request.guestType else { return }
        guard survey.hypervisor == .xen else {
            throw Refusal(
                .notOffered, .guestType,
                "\(.guestType) is '\(asked.rawValue)': only Xen hosts know it, and this one has "
                    + survey.hypervisor.name, value: asked.rawValue)
        }
        guard asked != .pvh || survey.guestTypes.contains("xenpvh") else {
            throw Refusal(
                .notOffered, .guestType, "\(.guestType) is 'pvh': the host's processor does not virtualise; say pv",
                value: asked.rawValue)
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

    /// `nil` when the machine boots from a disk of its own that is on the host already.
    private func chosenImage() throws(Refusal) -> Image? {
        if request.diskPath != nil || kept != nil { return nil }
        // Without storage on the host there is nothing that an image could be sent to.
        guard survey.storesVolumes || !request.image.isEmpty else { return nil }
        return try catalogue.image(request.image)
    }

    /// The path of the disk that is to be asked for on the host; `nil` without one.
    ///
    /// - Throws: `invalidValue` for one that is none, or is given while an image is to be sent.
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

    /// The disk that is on the host already and is to become the machine's.
    ///
    /// - Throws: as ``GivenDisk`` and ``diskPath(of:)`` do.
    func givenDisk() throws(Refusal) -> GivenDisk? {
        guard let path = try Self.diskPath(of: request) else { return nil }
        guard let disk else {
            throw Refusal(
                .diskNotFound, .diskPath, "\(.diskPath) is '\(path.shown)': the host was not asked what is there",
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

    /// In MiB: what is asked for, otherwise what the image needs with so many interfaces, as for routers of networks.
    func memory(_ image: Image?, interfaces: Int) -> Int64 {
        request.memoryMiB ?? image.map { InterfaceNeed.leastMemory(of: $0, interfaces: interfaces) } ?? 128
    }

    /// - Parameter isKept: it has that memory and those interfaces already, and stays as it is.
    private func checkMemory(_ image: Image?, interfaces: Int, isKept: Bool = false) throws(Refusal) {
        let asked = memory(image, interfaces: interfaces)
        let least = image.map { InterfaceNeed.leastMemory(of: $0, interfaces: interfaces) } ?? 0
        if let image, asked < least, survey.storesVolumes, !isKept {
            let why = least > image.minimumMemoryMiB ? " for \(interfaces) network interfaces" : ""
            throw Refusal(
                .outOfRange, .memory, "\(.memory) is '\(asked)': image \(image.name) needs at least \(least) MiB\(why)",
                value: "\(asked)")
        }
        let room = survey.roomMiB
        let had = existing?.memoryMiB ?? 0
        guard asked <= had || asked.minus(had) <= room else {
            throw Refusal(
                .notEnoughMemory, .memory,
                "\(.memory) is '\(asked)': the host has \(room) MiB free\(had > 0 ? " beside the \(had) it has" : "")",
                value: "\(asked)")
        }
        guard request.vcpus <= survey.cpus else {
            throw Refusal(
                .outOfRange, .vcpus, "\(.vcpus) is '\(request.vcpus)': the host has \(survey.cpus) CPUs",
                value: "\(request.vcpus)")
        }
    }

    /// What a machine is connected with: the bridge that is wanted, the bridge of the network card that is wanted, or that
    /// card itself where it has none; without a wish the host's first bridge that has a card.
    ///
    /// - Throws: `bridgeNotFound`, `notOffered` for a card without a bridge on a Xen host.
    static func attachment(
        _ wanted: String?, of survey: HostSurvey, address: InterfaceAddress
    ) throws(Refusal) -> MachineDraft.Attachment {
        let names = survey.bridges.map(\.name)
        guard let wanted else {
            guard let bridge = survey.bridges.first(where: \.isPhysical) ?? survey.bridges.first else {
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
        if let bridge = card.bridge { return .init(bridge: bridge, address: address) }
        guard survey.hypervisor == .qemu else {
            throw Refusal(
                .notOffered, .interface,
                "\(.interface) is '\(wanted.shown)': this network card is no port of a bridge, and \(survey.hypervisor.name) "
                    + "cannot share it; make it a port of one", value: wanted.shown)
        }
        return .init(bridge: wanted, address: address, isDirect: true)
    }
}
