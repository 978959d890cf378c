internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var statusEndpoints: [Endpoint] {
        [
            Endpoint(GetVirtualMachineStatus.self) { request throws(Refusal) in
                let status = try await machines.status(request.vmName, on: request.phyServer)
                return GetVirtualMachineStatusResponse(status)
            },
            Endpoint(GetPhysicalServerStatus.self) { (request, caller) throws(Refusal) in
                let status = try await acting(for: caller).hosts.status(request.phyServer)
                return GetPhysicalServerStatusResponse(status)
            },
        ]
    }

    var machineListEndpoints: [Endpoint] {
        [
            Endpoint(ListVirtualMachines.self) { (request, caller) throws(Refusal) in
                let listing = try await acting(for: caller).machines.list(on: request.phyServer, try request.query())
                var response = ListVirtualMachinesResponse()
                response.vm = listing.lines.map { MachineSummary($0) }
                response.unreachable = listing.unreachable
                response.setPaging(listing.page)
                return response
            }
        ]
    }
}

extension MachineState {
    fileprivate init(_ state: ObservedMachine.State) { self = MachineState(rawValue: state.rawValue) ?? .unknown }
}

extension MachineSummary {
    fileprivate init(_ line: Machines.Line) {
        self.init()
        vmName = line.name
        phyServer = line.host
        uuid = line.id
        state = MachineState(rawValue: line.state) ?? .unknown
        managed = line.asked != nil
        if let made = line.asked?.name, made != vmName { madeAs = made }
        vmIP = line.asked?.address?.description
        vmRAM = line.asked.map { Int32(clamping: $0.memoryMiB) }
        vcpus = line.asked.map { Int32(clamping: $0.vcpus) }
        image = line.asked?.image
        imageVersion = line.asked?.imageVersion
    }
}

extension GetVirtualMachineStatusResponse {
    fileprivate init(_ status: Machines.Status) {
        self.init()
        phyServer = status.host.name
        managed = status.asked != nil && (status.observed == nil || status.observed?.id == status.asked?.id)
        getName = status.observed?.name ?? status.asked?.name ?? ""
        uuid = status.observed?.id.text ?? status.asked?.id.text
        asked = status.asked.map(AskedMachine.init)
        uptime = status.uptime
        snapshot = status.observed?.snapshots ?? []
        checkpoint = status.observed?.checkpoints ?? []
        if let observed = status.observed, !observed.state.isActive { savedMemory = observed.isSaved }
        guard let observed = status.observed else {
            state = status.isBeingCreated ? .creating : .absent
            return
        }
        state = MachineState(observed.state)
        memory = observed.memoryKiB
        maxMem = observed.maxMemoryKiB
        getMaxMemory = observed.maxMemoryKiB
        vcpus = Int32(clamping: observed.vcpus)
        getMaxVcpus = Int32(clamping: observed.maxVcpus)
        cpuTime = observed.cpuTime
        persistent = observed.isPersistent
        autostart = observed.autostarts
        interface = observed.interfaces.map(Interface.init)
        disk = observed.disks.map(Disk.init)
    }
}

extension AskedMachine {
    fileprivate init(_ machine: Machine) {
        self.init()
        vmName = machine.name
        state =
            switch machine.asked {
            case .running: .running
            case .paused: .paused
            case .off: .shutOff
            }
        vmIP = machine.address?.description
        vmRAM = Int32(clamping: machine.memoryMiB)
        vcpus = Int32(clamping: machine.vcpus)
        image = machine.image
        imageVersion = machine.imageVersion
        description = machine.note
        created = machine.created
    }
}

extension Interface {
    fileprivate init(_ observed: ObservedMachine.Interface) {
        self.init()
        mac = observed.mac
        type = observed.type
        source = observed.source
        target = observed.target
        model = observed.model
        rxBytes = observed.received
        txBytes = observed.sent
    }
}

extension Disk {
    fileprivate init(_ observed: ObservedMachine.Disk) {
        self.init()
        target = observed.target
        source = observed.source
        format = observed.format
        readOnly = observed.isReadOnly
        capacity = observed.capacity
        allocation = observed.allocation
    }
}
