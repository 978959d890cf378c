internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model
internal import XML

extension LibvirtHosts {
    package nonisolated func machines(on host: Host) async throws(Refusal) -> [ObservedSummary] {
        try await read(host) { opened in
            let connection = opened.connection
            if let statistics = try await Self.offered({ try await connection.statistics(.state) }) {
                return statistics.map { ObservedSummary($0.identity, $0.state ?? .noState) }
            }
            return try await connection.concurrently(try await connection.domains()) {
                (identity) async throws(LibvirtError) -> ObservedSummary? in
                do throws(LibvirtError) {
                    return ObservedSummary(identity, try await connection.domain(identity).state().state)
                } catch LibvirtError.Code.noDomain {
                    return nil  // removed since the list was read
                }
            }
        }
    }

    package nonisolated func machine(named name: String, on host: Host) async throws(Refusal) -> ObservedMachine? {
        try await read(host, about: .name(name)) { opened in
            do {
                return try await Self.observe(try await opened.connection.domain(named: name))
            } catch LibvirtError.Code.noDomain {
                return nil
            }
        }
    }

    package nonisolated func machine(_ id: MachineID, on host: Host) async throws(Refusal) -> ObservedMachine? {
        try await read(host, about: .machine(id)) { opened in
            guard let uuid = UUID(uuidString: id.text) else { return nil }
            do {
                return try await Self.observe(try await opened.connection.domain(uuid: uuid))
            } catch LibvirtError.Code.noDomain {
                return nil
            }
        }
    }

    /// Adds what the host stores of the machine besides its current state: pending and saved definitions, snapshots,
    /// checkpoints.
    private static func addStoredState(of domain: Domain, in observed: inout ObservedMachine) async throws {
        // In parallel, since a host may be far away.
        async let snapshots = offered { try await domain.snapshotNames() }
        async let checkpoints = offered { try await domain.checkpointNames() }
        if observed.state.isActive {
            if observed.isPersistent != false {
                observed.pending = await definition { try await domain.xml(.inactive) }
            }
        } else {
            observed.isSaved = try await offered { try await domain.hasManagedSave() } ?? false
            if observed.isSaved { observed.saved = await definition { try await domain.managedSaveXML() } }
        }
        observed.snapshots = try await snapshots ?? []
        observed.checkpoints = try await checkpoints ?? []
    }

    /// Parses a definition; `nil` if the driver does not offer it or it cannot be parsed, which is not an error.
    private static func definition(_ text: () async throws -> String) async -> ObservedMachine.Definition? {
        guard let xml = try? await text(), let tree = try? XMLParser.tree(xml) else { return nil }
        return DomainReading(tree).definition
    }

    package nonisolated func machinesWithKeptState(on host: Host) async throws(Refusal) -> Set<MachineID> {
        try await read(host) { opened in
            var machinesWithKeptState: Set<MachineID> = []
            for filter in [DomainFilter.managedSave, .withSnapshots, .withCheckpoints] {
                let found = try await Self.offered { try await opened.connection.domains(filter) }
                machinesWithKeptState.formUnion((found ?? []).map { MachineID($0.uuid.uuidString) })
            }
            return machinesWithKeptState
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
        observed.copiedDisks = definition.copiedDisks
        try await addStoredState(of: domain, in: &observed)
        guard observed.state.isActive else { return observed }
        if let statistics = try await offered({ try await domain.statistics([.interfaces, .blocks]) }) {
            if let statistics { observed.take(statistics) }
            return observed
        }
        for index in observed.interfaces.indices {
            guard let target = observed.interfaces[index].target else { continue }
            // Optional figures: they are left out if the driver does not know this device.
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

    package nonisolated func scheduler(of machine: String, on host: Host) async throws(Refusal) -> SchedulerReading {
        try await read(host, about: .name(machine)) { opened in
            let domain = try await opened.connection.domain(named: machine)
            let type = try await domain.schedulerType()
            do {
                return SchedulerReading(
                    type: type, parameters: try await domain.schedulerParameters().mapValues(ParameterValue.init))
            } catch LibvirtError.Code.operationInvalid {
                throw Refusal(
                    .machineNotRunning, .machineName,
                    "\(.machineName) is '\(machine.shown)': it does not run, and \(opened.facts.hypervisor.name) "
                        + "has weight and cap only of machines that do", value: machine.shown)
            }
        }
    }
}

extension ObservedSummary {
    fileprivate init(_ identity: DomainIdentity, _ state: DomainState) {
        self.init(id: MachineID(identity.uuid.uuidString), name: identity.name, state: .init(state))
    }
}

extension ObservedMachine {
    /// Adds the figures of the machine's devices. A busy domain reports none.
    fileprivate mutating func take(_ statistics: DomainStatistics) {
        func figure(_ name: String) -> Int64? { statistics.values[name]?.integer.map { $0.held(to: Foreign.bytes) } }
        for number in 0..<statistics.count("net") {
            let target = statistics.text("net.\(number).name")
            for index in interfaces.indices where target != nil && interfaces[index].target == target {
                interfaces[index].received = figure("net.\(number).rx.bytes")
                interfaces[index].sent = figure("net.\(number).tx.bytes")
            }
        }
        for number in 0..<statistics.count("block") {
            let target = statistics.text("block.\(number).name")
            for index in disks.indices where disks[index].target == target {
                disks[index].capacity = figure("block.\(number).capacity")
                disks[index].allocation = figure("block.\(number).allocation")
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
