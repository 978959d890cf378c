internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model
internal import XML

extension RealHosts {
    package nonisolated func machines(on node: Node) async throws(Refusal) -> [ObservedSummary] {
        try await read(node) { opened in
            var machines: [ObservedSummary] = []
            for identity in try await opened.connection.domains() {
                do {
                    let state = try await opened.connection.domain(identity).state().state
                    machines.append(
                        .init(
                            id: MachineID(identity.uuid.uuidString), name: identity.name,
                            state: ObservedMachine.State(state)))
                } catch LibvirtError.Code.noDomain {
                    continue  // gone since the list was made
                }
            }
            return machines
        }
    }

    package nonisolated func machine(named name: String, on node: Node) async throws(Refusal) -> ObservedMachine? {
        try await read(node) { opened in
            do {
                return try await Self.observe(try await opened.connection.domain(named: name))
            } catch LibvirtError.Code.noDomain {
                return nil
            }
        }
    }

    private static func observe(_ domain: Domain) async throws -> ObservedMachine {
        let info = try await domain.info()
        let definition = DomainReading(try XMLParser.tree(try await domain.xml()))
        var observed = ObservedMachine(
            id: MachineID(domain.uuid.uuidString), name: domain.name, state: .init(info.state),
            memoryKiB: Int64(clamping: info.memoryKiB).held(to: Foreign.kibibytes),
            maxMemoryKiB: Int64(clamping: info.maximumMemoryKiB).held(to: Foreign.kibibytes), vcpus: info.virtualCPUs,
            maxVcpus: max(definition.vcpus, info.virtualCPUs), cpuTime: Int64(clamping: info.cpuTimeNanoseconds),
            isPersistent: try await offered(domain.isPersistent), autostarts: try await offered(domain.autostart),
            interfaces: definition.interfaces, disks: definition.disks, mark: definition.mark)
        guard observed.state.isActive else { return observed }
        for index in observed.interfaces.indices {
            guard let target = observed.interfaces[index].target else { continue }
            // Figures beside the main thing: a driver that does not know this device leaves them out.
            guard let statistics = try? await domain.interfaceStatistics(target) else { continue }
            observed.interfaces[index].received = statistics.receivedBytes
            observed.interfaces[index].sent = statistics.sentBytes
        }
        for index in observed.disks.indices {
            guard let block = try? await domain.blockInfo(observed.disks[index].target) else { continue }
            observed.disks[index].capacity = Int64(clamping: block.capacity).held(to: Foreign.bytes)
            observed.disks[index].allocation = Int64(clamping: block.allocation).held(to: Foreign.bytes)
        }
        return observed
    }

    package nonisolated func scheduler(of machine: String, on node: Node) async throws(Refusal) -> SchedulerReading {
        try await read(node) { opened in
            let domain = try await opened.connection.domain(named: machine)
            let type = try await domain.schedulerType()
            do {
                return SchedulerReading(
                    type: type, parameters: try await domain.schedulerParameters().mapValues(ParameterValue.init))
            } catch LibvirtError.Code.operationInvalid {
                throw Refusal(
                    .machineNotRunning,
                    "vmName is '\(machine.shown)': it does not run, and \(opened.facts.hypervisor.name) has weight and cap "
                        + "only of machines that do", field: "vmName", value: machine.shown)
            }
        }
    }
}

extension ObservedMachine.State {
    init(_ state: DomainState) {
        self =
            switch state {
            case .running: .running
            case .blocked: .blocked
            case .paused: .paused
            case .shuttingDown: .shuttingDown
            case .shutOff: .shutOff
            case .crashed: .crashed
            case .powerSaving: .suspended
            default: .unknown
            }
    }
}

extension ParameterValue {
    init(_ value: TypedValue) {
        self =
            switch value {
            case .int32(let value): .int32(value)
            case .uint32(let value): .uint32(value)
            case .int64(let value): .int64(value)
            case .uint64(let value): .uint64(value)
            case .double(let value): .double(value)
            case .bool(let value): .bool(value)
            case .string(let value): .string(value)
            }
    }
}

extension TypedValue {
    init(_ value: ParameterValue) {
        self =
            switch value {
            case .int32(let value): .int32(value)
            case .uint32(let value): .uint32(value)
            case .int64(let value): .int64(value)
            case .uint64(let value): .uint64(value)
            case .double(let value): .double(value)
            case .bool(let value): .bool(value)
            case .string(let value): .string(value)
            }
    }
}
