internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model
internal import XML

extension LibvirtHosts {
    package nonisolated func survey(_ host: Host) async throws(Refusal) -> HostSurvey {
        try await read(host) { [access] opened in
            let (connection, facts) = (opened.connection, opened.facts)
            // The last survey has recorded the pools' folders; the first survey has to read the pools before it runs
            // the script.
            let known = opened.learned.poolPaths
            var pools = try await known == nil ? Self.pools(connection) : []
            let folders = known ?? pools.map(\.path)
            async let description = Self.description(of: opened, folders, seconds: access.scriptSeconds)
            let freeMemory = try await Self.freeMemory(connection, facts.hypervisor)
            if known != nil { pools = try await Self.pools(connection) }
            opened.learned.learn(poolPaths: pools.map(\.path))
            let domains = try await Self.domains(connection)
            let described = try await description
            described?.update(&pools, in: folders)
            // The kernel's list of bridges also contains the bridges of libvirt's networks.
            let networks = try await described == nil ? Self.networkBridges(opened) : []
            let bridges = described?.bridges ?? []
            let named = Set(bridges.map(\.name))
            var survey = HostSurvey(
                hypervisor: facts.hypervisor, hypervisorVersion: facts.hypervisorVersion,
                libvirtVersion: facts.libvirtVersion, hostName: facts.hostName, cpuModel: facts.info.model,
                cpuMHz: facts.info.mhz, cpus: facts.info.cpus, coresPerSocket: facts.info.cores,
                memoryKiB: Int64(clamping: facts.info.memoryKiB).held(to: Foreign.kibibytes), freeMemory: freeMemory,
                arch: facts.capabilities.arch,
                domainTypes: facts.capabilities.domainTypes,
                bridges: bridges + networks.filter { !named.contains($0) }.map { .init(name: $0, isPhysical: false) },
                pools: pools, domains: domains, storesVolumes: facts.hypervisor != .test,
                probesAddresses: described != nil)
            // On Xen, the free memory of dom0's kernel is not that of the host.
            if facts.hypervisor == .qemu {
                survey.availableMemory = described?.availableMemory
                if survey.availableMemory == nil { survey.availableMemory = try await Self.availableMemory(connection) }
            }
            survey.resident = described?.resident
            if survey.resident == nil, facts.hypervisor != .xen {
                survey.resident = try await Self.resident(connection)
            }
            survey.guestTypes = facts.capabilities.guestTypes
            survey.capturesFrames = described.map { !$0.lacked.contains { $0.program == .tcpdump } } ?? false
            survey.addresses = described?.addresses ?? []
            survey.sources = described?.sources ?? []
            survey.interfaces = described?.interfaces ?? []
            survey.missingPrograms = facts.hypervisor == .test ? nil : described?.lacked
            survey.identity = HostIdentity(facts, described)
            survey.filters = described?.filters ?? []
            survey.bridgesWithoutIPv6 = described?.bridgesWithoutIPv6 ?? []
            if case .ssh? = opened.route.shell { survey.reached = described?.reached }
            survey.takenVNIs = opened.learned.refusedVNIs.union(described?.takenVNIs ?? [])
            survey.shapers = opened.learned.shapers(described?.shapers)
            survey.schedulerType = try await opened.learned.schedulerType {
                try await Self.schedulerType(connection, domains)
            }
            return survey
        }
    }

    /// Returns `nil` for a call that the driver does not offer, so that the value is reported as unknown and never as
    /// zero.
    static func offered<Value>(_ call: () async throws -> Value) async throws -> Value? {
        do {
            return try await call()
        } catch LibvirtError.Code.noSupport {
            return nil
        } catch LibvirtError.Code.operationUnsupported {
            return nil
        }
    }

    private static func schedulerType(
        _ connection: Connection, _ domains: [HostSurvey.Domain]
    ) async throws -> String? {
        let running = domains.first { $0.isActive && !connection.hangs(about: $0.id.text) }
        guard let running, let id = UUID(uuidString: running.id.text) else { return nil }
        // A busy machine must not delay the survey of its host.
        return try? await connection.concerning(running.id.text) {
            try await connection.withDeadline(.seconds(1)) {
                try await Domain(connection: connection, uuid: id, name: running.name).schedulerType()
            }
        }
    }

    /// The free memory in bytes. libvirt's test driver answers in KiB, against the documentation of
    /// `virNodeGetFreeMemory`.
    static func freeMemory(_ connection: Connection, _ hypervisor: HypervisorKind) async throws -> Int64? {
        let free = try await offered { Int64(clamping: try await connection.freeMemory()) }
        return free.map { (hypervisor == .test ? $0.times(1024) : $0).held(to: Foreign.bytes) }
    }

    /// The available memory in bytes, where no program reports it: free memory, and memory that the kernel could
    /// reclaim.
    static func availableMemory(_ connection: Connection) async throws -> Int64? {
        guard let status = try await offered({ try await connection.memoryStatistics() }), let free = status["free"]
        else {
            return nil
        }
        return [free, status["buffers"] ?? 0, status["cached"] ?? 0].reduce(Int64(0)) { sum, kibibytes in
            sum.plus(Int64(clamping: kibibytes).held(to: Foreign.kibibytes).times(1024))
        }.held(to: Foreign.bytes)
    }

    /// The host memory that each running machine occupies, in bytes, as libvirt reports it.
    private static func resident(_ connection: Connection) async throws -> [MachineID: Int64]? {
        guard let statistics = try await offered({ try await connection.statistics(.balloon) }) else { return nil }
        let sizes = statistics.compactMap { machine in
            machine.residentKiB.map {
                (MachineID(machine.identity.uuid.uuidString), $0.held(to: Foreign.kibibytes).times(1024))
            }
        }
        return Dictionary(sizes) { first, _ in first }
    }

    static func description(
        of opened: HostSession.Opened, _ folders: [String], seconds: Int
    ) async throws -> HostDescription? {
        guard let shell = opened.route.shell else { return nil }
        return try await shell.run(
            DescribeHost(triesShapers: !opened.learned.shapesAll, folders: folders), seconds: seconds)
    }

    /// The bridges of active networks. Each network is asked for its bridge once per connection.
    private static func networkBridges(_ opened: HostSession.Opened) async throws -> [String] {
        let networks = try await offered({ try await opened.connection.networks(active: true) }) ?? []
        let new = networks.filter { opened.learned.bridge(of: $0.uuid) == nil }
        let bridges = try await opened.connection.concurrently(new) { network in
            // A network over macvtap or an SR-IOV pool has no bridge.
            (network.uuid, (try? await network.bridgeName()) ?? "")
        }
        opened.learned.learn(bridges: bridges)
        return networks.compactMap { opened.learned.bridge(of: $0.uuid) }.filter { !$0.isEmpty }.sorted()
    }

    /// Reads the active pools with one call per pool: the description has the pool's folder and free space.
    static func pools(_ connection: Connection) async throws -> [HostSurvey.Pool] {
        async let starting = offered { Set(try await connection.storagePools(autostart: true).map(\.name)) }
        let pools = try await offered({ try await connection.storagePools(active: true) }) ?? []
        let texts = try await connection.concurrently(pools) { (pool) async throws(LibvirtError) -> String? in
            do throws(LibvirtError) {
                return try await pool.xml()
            } catch LibvirtError.Code.noStoragePool {
                return nil
            }
        }
        let names = try await starting
        return texts.compactMap { HostSurvey.Pool(description: $0) }.sorted { $0.name < $1.name }.map { pool in
            var pool = pool
            pool.autostarts = names.map { $0.contains(pool.name) }
            return pool
        }
    }

    private static func domains(_ connection: Connection) async throws -> [HostSurvey.Domain] {
        try await connection.domains().map {
            .init(name: $0.name, id: MachineID($0.uuid.uuidString), isActive: $0.id != nil)
        }
    }
}

extension HostIdentity {
    init?(_ facts: HostFacts, _ described: HostDescription?) {
        guard let uuid = facts.capabilities.uuid else { return nil }
        self.init(uuid: uuid, machine: described?.identity?.machine, boot: described?.identity?.boot)
    }
}

extension HostSurvey.Pool {
    /// Reads libvirt's description of a pool; `nil` for a pool without a path on the host.
    init?(description: String) {
        guard let tree = try? XMLParser.tree(description), let name = tree.element(named: "name")?.text,
            let path = tree.path("target", "path")?.trimmedText, !path.isEmpty
        else { return nil }
        func bytes(_ part: String) -> Int64? {
            tree.element(named: part).flatMap { Int64(told: $0.trimmedText, in: Foreign.bytes) }
        }
        self.init(name: name, path: path, available: bytes("available") ?? 0)
        capacity = bytes("capacity")
        type = tree["type"]
    }
}
