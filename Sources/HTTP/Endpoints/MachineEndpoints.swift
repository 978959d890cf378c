internal import Control
internal import Model
internal import SOAP
internal import VMSAPI

extension ServerEndpoints {
    var machineEndpoints: [Endpoint] {
        [
            Endpoint(CreateVirtualMachine.self) { request throws(ServiceFailure) in
                let answer = try await answering { () async throws(Refusal) in
                    try await machines.create(MachineRequest(request), waits: !(request.async ?? false))
                }
                return CreateVirtualMachineResponse(answer)
            },
            Endpoint(DestroyVirtualMachine.self) { request throws(ServiceFailure) in
                let answer = try await answering { () async throws(Refusal) in
                    try await machines.destroy(
                        request.vmName, on: request.phyServer, waits: !(request.async ?? false))
                }
                var response = DestroyVirtualMachineResponse()
                response.operation = answer.operation.text
                return response
            },
            Endpoint(ShutdownVirtualMachine.self) { request throws(ServiceFailure) in
                let answer = try await answering { () async throws(Refusal) in
                    try await machines.shutdown(
                        request.vmName, on: request.phyServer, seconds: Int(request.timeout),
                        waits: !(request.async ?? false))
                }
                var response = ShutdownVirtualMachineResponse()
                response.operation = answer.operation.text
                return response
            },
            Endpoint(StartVirtualMachine.self) { request throws(ServiceFailure) in
                let answer = try await answering { () async throws(Refusal) in
                    try await machines.start(
                        request.vmName, on: request.phyServer, waitFor: .init(request.waitFor),
                        waits: !(request.async ?? false))
                }
                var response = StartVirtualMachineResponse()
                response.operation = answer.operation.text
                return response
            },
            Endpoint(AdoptVirtualMachine.self) { request throws(ServiceFailure) in
                _ = try await answering { () async throws(Refusal) in
                    try await machines.adopt(request.vmName, on: request.phyServer)
                }
                return AdoptVirtualMachineResponse()
            },
            Endpoint(MigrateVirtualMachine.self) { request throws(ServiceFailure) in
                let moved = try await answering { () async throws(Refusal) in
                    try await machines.migrate(
                        request.vmName, from: request.sourcePhyServer, to: request.destPhyServer, isLive: request.live,
                        waitFor: .init(request.waitFor), waits: !(request.async ?? false))
                }
                return MigrateVirtualMachineResponse(moved)
            },
            Endpoint(EvacuatePhysicalServer.self) { request throws(ServiceFailure) in
                let told = try await answering { () async throws(Refusal) in
                    try await machines.evacuate(
                        request.phyServer, isLive: request.live, isDry: request.dryRun ?? false)
                }
                var response = EvacuatePhysicalServerResponse()
                response.vm = told.map(EvacuatedMachine.init)
                response.empty = told.allSatisfy { $0.moved != nil }
                return response
            },
        ]
    }
}

extension MachineRequest.WaitFor {
    fileprivate init(_ wire: VMSAPI.WaitFor) {
        switch wire {
        case .address: self = .address
        case .stack: self = .stack
        case .started: self = .started
        }
    }
}

extension MachineRequest {
    fileprivate init(_ wire: CreateVirtualMachine) {
        self.init(node: wire.phyServer, name: wire.vmName, address: wire.vmIP, memoryMiB: wire.vmRAM)
        diskGiB = wire.vmDiskSize
        image = ImageChoice(
            name: wire.image, os: wire.os, arch: wire.arch, kernelVersion: wire.kernelVersion, stack: wire.stack)
        vcpus = Int(wire.vcpus)
        bridge = wire.netInterface
        transfersDisk = wire.transferDisk
        diskPath = wire.diskPath
        note = wire.description
        hypervisor = wire.hypervisor
        guestType = wire.guestType.flatMap { MachineRequest.GuestType(rawValue: $0.rawValue) }
        waitFor = WaitFor(wire.waitFor)
    }
}

extension CreateVirtualMachineResponse {
    fileprivate init(_ answer: Machines.Answer) {
        self.init()
        operation = answer.operation.text
        if case .insertMachine(let machine)? = answer.plan.atBegin.first {
            vmName = machine.name
            phyServer = machine.node
            vmIP = machine.address?.description
            uuid = machine.id.text
            macAddress = machine.mac?.description
            image = machine.image
            imageVersion = machine.imageVersion
        }
        transferredBytes = answer.outcome?.sentBytes
        phase = (answer.outcome?.phases ?? []).map(Phase.init)
    }
}

extension MigrateVirtualMachineResponse {
    fileprivate init(_ moved: Machines.Moved) {
        self.init()
        operation = moved.operation.text
        vmName = moved.machine
        phyServer = moved.destination
        downtimeMs = moved.outcome?.downtimeMilliseconds
        link = (moved.outcome?.losses ?? []).map(LinkLoss.init)
        transferredBytes = moved.outcome?.sentBytes
        phase = (moved.outcome?.phases ?? []).map(Phase.init)
    }
}

extension EvacuatedMachine {
    fileprivate init(_ told: Machines.Evacuated) {
        self.init()
        vmName = told.move.machine.name
        networkName = told.move.machine.network
        phyServer = told.refusal == nil ? told.move.destination : nil
        reason = told.refusal?.reason ?? told.move.because
        code = told.refusal?.code.rawValue
        operation = told.moved?.operation.text ?? told.refusal?.operation
        downtimeMs = told.moved?.outcome?.downtimeMilliseconds
        link = (told.moved?.outcome?.losses ?? []).map(LinkLoss.init)
    }
}

extension LinkLoss {
    fileprivate init(_ loss: MoveLoss) {
        self.init()
        name = loss.link
        phyServer = loss.node
        packetsSent = Int32(clamping: loss.packetsSent)
        packetsLost = Int32(clamping: loss.packetsLost)
        longestGapMs = loss.longestGapMilliseconds
    }
}

extension Phase {
    init(_ phase: OperationOutcome.Phase) {
        self.init()
        name = phase.name
        milliseconds = phase.milliseconds
    }
}
