internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var machineEndpoints: [Endpoint] {
        [
            Endpoint(CreateVirtualMachine.self) { (request, caller) throws(Refusal) in
                try await create(request, by: caller)
            },
            Endpoint(DestroyVirtualMachine.self) { request throws(Refusal) in
                let waits = !(request.async ?? false)
                let answer =
                    if request.abandon ?? false {
                        try await machines.abandon(request.vmName, on: request.phyServer, waits: waits)
                    } else {
                        try await machines.destroy(
                            request.vmName, on: request.phyServer, leavesNetwork: FirstClients.areCalling, waits: waits)
                    }
                var response = DestroyVirtualMachineResponse()
                response.operation = answer.operation.text
                response.abandoned = answer.abandoned.map(AbandonedPart.init)
                response.warning = answer.abandoned.warning
                response.stays = answer.remains.stays
                response.lost = answer.remains.lost
                return response
            },
            Endpoint(ShutdownVirtualMachine.self) { request throws(Refusal) in
                let answer = try await machines.shutdown(
                    request.vmName, on: request.phyServer, seconds: Int(clamping: request.timeout),
                    waits: !(request.async ?? false))
                var response = ShutdownVirtualMachineResponse()
                response.operation = answer.operation.text
                return response
            },
            Endpoint(StartVirtualMachine.self) { request throws(Refusal) in
                let answer = try await machines.start(
                    request.vmName, on: request.phyServer, waitFor: .init(request.waitFor),
                    dropsSaved: request.dropSavedMemory ?? false, waits: !(request.async ?? false))
                var response = StartVirtualMachineResponse()
                response.operation = answer.operation.text
                return response
            },
            Endpoint(PauseVirtualMachine.self) { request throws(Refusal) in
                let answer = try await machines.pause(
                    request.vmName, on: request.phyServer, waits: !(request.async ?? false))
                var response = PauseVirtualMachineResponse()
                response.operation = answer.operation.text
                return response
            },
            Endpoint(ResumeVirtualMachine.self) { request throws(Refusal) in
                let answer = try await machines.resume(
                    request.vmName, on: request.phyServer, waitFor: .init(request.waitFor),
                    waits: !(request.async ?? false))
                var response = ResumeVirtualMachineResponse()
                response.operation = answer.operation.text
                return response
            },
            Endpoint(AdoptVirtualMachine.self) { request throws(Refusal) in
                _ = try await machines.adopt(request.vmName, on: request.phyServer)
                return AdoptVirtualMachineResponse()
            },
        ]
    }

    private func create(
        _ request: CreateVirtualMachine, by caller: Caller
    ) async throws(Refusal) -> CreateVirtualMachineResponse {
        if request.diskPath != nil { try caller.checkMayChooseDevices(.diskPath) }
        if request.netInterface != nil { try caller.checkMayChooseDevices(.interface) }
        var wanted = MachineRequest(request)
        wanted.team = try await permits.owner(request.team, for: CreateVirtualMachine.name, by: caller)
        let answer = try await acting(for: caller).machines.create(wanted, waits: !(request.async ?? false))
        return CreateVirtualMachineResponse(answer)
    }
}

extension MachineRequest.WaitFor {
    init(_ wire: VMSAPI.WaitFor) {
        switch wire {
        case .address: self = .address
        case .stack: self = .stack
        case .started: self = .started
        }
    }
}

extension MachineRequest {
    fileprivate init(_ wire: CreateVirtualMachine) {
        self.init(host: wire.phyServer, name: wire.vmName, address: wire.vmIP, memoryMiB: wire.vmRAM)
        diskGiB = wire.vmDiskSize
        image = ImageChoice(
            name: wire.image, os: wire.os, arch: wire.arch, kernelVersion: wire.kernelVersion, stack: wire.stack)
        vcpus = Int(clamping: wire.vcpus)
        bridge = wire.netInterface
        transfersDisk = wire.transferDisk
        diskPath = wire.diskPath
        pool = wire.pool
        note = wire.description
        hypervisor = wire.hypervisor
        guestType = wire.guestType.flatMap { MachineRequest.GuestType(rawValue: $0.rawValue) }
        waitFor = WaitFor(wire.waitFor)
    }
}

extension CreateVirtualMachineResponse {
    fileprivate init(_ answer: Machines.Created) {
        self.init()
        operation = answer.operation.text
        vmName = answer.machine.name
        phyServer = answer.machine.host
        vmIP = answer.machine.address?.description
        uuid = answer.machine.id.text
        macAddress = answer.machine.mac?.description
        image = answer.machine.image
        imageVersion = answer.machine.imageVersion
        note = answer.plan.notes
        transferredBytes = answer.outcome?.sentBytes
        phase = (answer.outcome?.phases ?? []).map(Phase.init)
    }
}

extension Phase {
    init(_ phase: OperationOutcome.Phase) {
        self.init()
        name = phase.name
        milliseconds = phase.milliseconds
    }
}

extension Caller {
    /// - Throws: `notAllowed` if the caller may not choose files and devices of hosts, which belong to no team.
    func checkMayChooseDevices(_ field: Refusal.Subject) throws(Refusal) {
        guard (rights.role(on: .server) ?? .viewer) < .operator else { return }
        throw Refusal(
            .notAllowed, field,
            "\(field) needs the role operator on the server: files and devices of hosts belong to no team")
    }
}
