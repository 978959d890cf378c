internal import FoundationEssentials
internal import Libvirt
package import Model
internal import XML

/// Figures of a host and its machines: one call for all machines where the driver has it (QEMU), and otherwise (Xen) a
/// few calls for each.
extension LibvirtHosts {
    package nonisolated func figures(of host: Host) async throws(Refusal) -> HostSample {
        try await read(host) { opened in
            let connection = opened.connection
            async let pools = Self.poolFigures(connection)
            async let machines = Self.machineFigures(opened)
            var sample = HostSample()
            sample.figures = try await Self.hostFigures(opened)
            sample.pools = try await pools
            sample.machines = try await machines
            if sample.figures[.cpuIdle] == nil {
                // On Xen, domain 0 is one of them.
                sample.figures[.cpuMachines] = sample.machines.values.compactMap { $0.figures[.cpuTime] }
                    .reduce(0) { $0.plus($1) }
            }
            return sample
        }
    }

    private static func hostFigures(_ opened: HostSession.Opened) async throws -> Figures<HostFigure> {
        let (connection, facts) = (opened.connection, opened.facts)
        async let free =
            facts.hypervisor == .qemu ? availableMemory(connection) : freeMemory(connection, facts.hypervisor)
        let modes = try await offered { try await connection.cpuStatistics() } ?? [:]
        func time(_ mode: String) -> Int64? { modes[mode].map { Int64(clamping: $0) } }
        return Figures([
            .cpuUser: time("user"), .cpuSystem: time("kernel"), .cpuIdle: time("idle"), .cpuWait: time("iowait"),
            .cpus: Int64(clamping: facts.info.cpus),
            .memory: Int64(clamping: facts.info.memoryKiB).held(to: Foreign.kibibytes).times(1024),
            .memoryAvailable: try await free,
        ])
    }

    private static func poolFigures(_ connection: Connection) async throws -> [HostSample.Pool] {
        let pools = try await offered { try await connection.storagePools(active: true) } ?? []
        return try await connection.concurrently(pools) { (pool) async throws(LibvirtError) -> HostSample.Pool? in
            do throws(LibvirtError) {
                let info = try await pool.info()
                return HostSample.Pool(
                    name: pool.name, capacity: Int64(clamping: info.capacity).held(to: Foreign.bytes),
                    available: Int64(clamping: info.available).held(to: Foreign.bytes))
            } catch LibvirtError.Code.noStoragePool {
                return nil
            }
        }
    }

    private static func machineFigures(
        _ opened: HostSession.Opened
    ) async throws -> [MachineID: HostSample.Machine] {
        let connection = opened.connection
        let groups: DomainStatistics.Groups = [.state, .cpu, .vcpus, .balloon, .interfaces, .blocks]
        // For all machines at once, where the driver can; the test driver reports only their states.
        let all = try await offered { try await connection.statistics(groups) } ?? []
        let told = all.filter { $0.identity.id == nil || $0.number("cpu.time") != nil }
        let names = Set(told.map(\.identity))
        let others = told.count == all.count && !all.isEmpty ? [] : try await connection.domains()
        var found = try await connection.concurrently(told) { (one) async throws(LibvirtError) in
            let cards = (0..<one.count("net")).compactMap { one.text("net.\($0).name") }
            let devices = try await devices(of: one.identity, with: cards, opened)
            return (one.identity, HostSample.Machine(one, devices?.cards ?? [:]))
        }
        found += try await connection.concurrently(others.filter { !names.contains($0) }) {
            (identity) async throws(LibvirtError) -> (DomainIdentity, HostSample.Machine)? in
            do throws(LibvirtError) {
                return (identity, try await figures(of: identity, opened))
            } catch LibvirtError.Code.noDomain {
                return nil  // removed since the list was read
            }
        }
        opened.learned.keepDevices(of: Set(found.map(\.0.uuid)))
        return Dictionary(found.map { (MachineID($0.uuid.uuidString), $1) }) { first, _ in first }
    }

    /// The devices of a running machine: read once in each of its runs. None for one that has ended meanwhile.
    private static func devices(
        of identity: DomainIdentity, with cards: [String], _ opened: HostSession.Opened
    ) async throws(LibvirtError) -> LearnedFacts.Devices? {
        guard let run = identity.id else { return nil }
        if let known = opened.learned.devices(of: identity.uuid, run: run, with: Set(cards)) { return known }
        let text: String
        do throws(LibvirtError) {
            text = try await opened.connection.domain(identity).xml()
        } catch LibvirtError.Code.noDomain {
            return nil
        }
        guard let tree = try? XMLParser.tree(text) else { return nil }
        let reading = DomainReading(tree)
        let pairs = reading.interfaces.compactMap { card in card.target.map { ($0, MACAddress(card.mac)) } }
        let devices = LearnedFacts.Devices(
            run: run, cards: Dictionary(pairs) { first, _ in first }, disks: reading.disks.map(\.target))
        opened.learned.learn(devices, of: identity.uuid)
        return devices
    }

    /// The figures of one machine, where the driver has no call for all.
    private static func figures(
        of identity: DomainIdentity, _ opened: HostSession.Opened
    ) async throws(LibvirtError) -> HostSample.Machine {
        let domain = opened.connection.domain(identity)
        let info = try await domain.info()
        var machine = HostSample.Machine()
        machine.run = identity.id.map { Int64(clamping: $0) }
        machine.figures[.cpuTime] = Int64(clamping: info.cpuTimeNanoseconds)
        machine.figures[.vcpus] = Int64(clamping: info.virtualCPUs)
        machine.figures[.memoryAllocated] =
            Int64(clamping: info.memoryKiB).held(to: Foreign.kibibytes).times(1024)
        guard let devices = try await devices(of: identity, with: [], opened) else { return machine }
        // Optional figures: they are left out if the driver does not know a device.
        for (device, address) in devices.cards {
            guard let counters = try? await domain.interfaceStatistics(device) else { continue }
            machine.interfaces[address] = Figures(counters)
        }
        for disk in devices.disks {
            guard let counters = try? await domain.blockStatistics(disk) else { continue }
            machine.disks[disk] = Figures([
                .readBytes: counters.readBytes, .reads: counters.readRequests, .writtenBytes: counters.writtenBytes,
                .writes: counters.writeRequests,
            ])
        }
        return machine
    }
}

extension HostSample.Machine {
    fileprivate init(_ statistics: DomainStatistics, _ cards: [String: MACAddress]) {
        self.init()
        run = statistics.identity.id.map { Int64(clamping: $0) }
        func bytes(_ name: String) -> Int64? {
            statistics.number(name).map { $0.held(to: Foreign.kibibytes).times(1024) }
        }
        let vcpus = 0..<statistics.count("vcpu", "maximum")
        let delays = vcpus.compactMap { statistics.number("vcpu.\($0).delay") }
        // Reported only by a driver in the guest.
        let used = bytes("balloon.available").flatMap { all in bytes("balloon.unused").map { max(0, all.minus($0)) } }
        figures = Figures([
            .cpuTime: statistics.number("cpu.time").map { max(0, $0) },
            .cpuDelay: delays.isEmpty ? nil : delays.reduce(0) { $0.plus(max(0, $1)) },
            .vcpus: statistics.number("vcpu.current").map { $0.held(to: 0...Int64(Foreign.count.upperBound)) },
            .memoryAllocated: bytes("balloon.current"), .memoryUsed: used, .memoryResident: bytes("balloon.rss"),
        ])
        for index in 0..<statistics.count("net") {
            guard let name = statistics.text("net.\(index).name"), let address = cards[name] else { continue }
            interfaces[address] = Figures(statistics, interface: index)
        }
        for index in 0..<statistics.count("block") {
            guard let name = statistics.text("block.\(index).name") else { continue }
            disks[name] = Figures(statistics, disk: index)
        }
    }
}

extension Figures<InterfaceFigure> {
    fileprivate init(_ statistics: DomainStatistics, interface index: Int) {
        func figure(_ name: String) -> Int64? { statistics.number("net.\(index).\(name)").map { max(0, $0) } }
        self.init([
            .receivedBytes: figure("rx.bytes"), .receivedPackets: figure("rx.pkts"), .receivedErrors: figure("rx.errs"),
            .receivedDrops: figure("rx.drop"), .sentBytes: figure("tx.bytes"), .sentPackets: figure("tx.pkts"),
            .sentErrors: figure("tx.errs"), .sentDrops: figure("tx.drop"),
        ])
    }

    fileprivate init(_ counters: InterfaceStatistics) {
        self.init([
            .receivedBytes: counters.receivedBytes, .receivedPackets: counters.receivedPackets,
            .receivedErrors: counters.receiveErrors, .receivedDrops: counters.receiveDrops,
            .sentBytes: counters.sentBytes, .sentPackets: counters.sentPackets, .sentErrors: counters.sendErrors,
            .sentDrops: counters.sendDrops,
        ])
    }
}

extension Figures<DiskFigure> {
    fileprivate init(_ statistics: DomainStatistics, disk index: Int) {
        func figure(_ name: String) -> Int64? { statistics.number("block.\(index).\(name)").map { max(0, $0) } }
        self.init([
            .readBytes: figure("rd.bytes"), .reads: figure("rd.reqs"), .writtenBytes: figure("wr.bytes"),
            .writes: figure("wr.reqs"), .capacity: figure("capacity"), .allocated: figure("allocation"),
        ])
    }
}
