internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model
internal import XML

extension RealHosts {
    package nonisolated func survey(_ node: Node) async throws(Refusal) -> HostSurvey {
        try await read(node) { [access] opened in
            let (connection, facts) = (opened.connection, opened.facts)
            async let description = Self.description(of: opened, seconds: access.scriptSeconds)
            let networks = try await Self.networkBridges(connection)
            let freeMemory = try await Self.freeMemory(connection, facts.hypervisor)
            let pools = try await Self.pools(connection, opened.learned)
            let domains = try await Self.domains(connection)
            let described = try await description
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
                probesAddresses: described?.tools.contains("arping") ?? false)
            survey.guestTypes = facts.capabilities.guestTypes
            survey.hearsFrames = described?.tools.contains("tcpdump") ?? false
            survey.addresses = described?.addresses ?? []
            survey.interfaces = described?.interfaces ?? []
            survey.lackedForSegments = facts.hypervisor == .test ? nil : described?.lacked
            if let uuid = facts.capabilities.uuid, let (machine, boot) = described?.identity {
                survey.identity = HostIdentity(uuid: uuid, machine: machine, boot: boot)
            }
            survey.withoutIPv6 = described?.withoutIPv6 ?? []
            if case .ssh? = opened.route.shell { survey.reached = described?.reached }
            survey.takenVNIs = opened.learned.refusedVNIs.union(described?.takenVNIs ?? [])
            survey.shapers = opened.learned.shapers(described?.shapers)
            survey.schedulerType = try await opened.learned.schedulerType {
                try await Self.schedulerType(connection, domains)
            }
            return survey
        }
    }

    /// `nil` for what the driver does not offer, so that it is told as such and never as zero.
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
        guard let one = domains.first(where: \.isActive), let id = UUID(uuidString: one.id.text) else { return nil }
        return try? await Domain(connection: connection, uuid: id, name: one.name).schedulerType()
    }

    /// Bytes. libvirt's test driver answers in KiB, against the documentation of `virNodeGetFreeMemory`.
    private static func freeMemory(_ connection: Connection, _ hypervisor: HypervisorKind) async throws -> Int64? {
        let free = try await offered { Int64(clamping: try await connection.freeMemory()) }
        return free.map { (hypervisor == .test ? $0.times(1024) : $0).held(to: Foreign.bytes) }
    }

    private static func description(of opened: HostSession.Opened, seconds: Int) async throws -> HostDescription? {
        guard let shell = opened.route.shell else { return nil }
        return HostDescription(
            try await shell.run(.describe, [HostArgument(opened.learned.shapesAll ? 0 : 1)], seconds: seconds))
    }

    private static func networkBridges(_ connection: Connection) async throws -> [String] {
        var bridges: [String] = []
        for network in try await offered({ try await connection.networks(active: true) }) ?? [] {
            // A network on top of a macvtap or an SR-IOV pool has no bridge.
            if let bridge = try? await network.bridgeName() { bridges.append(bridge) }
        }
        return bridges.sorted()
    }

    private static func pools(_ connection: Connection, _ learned: LearnedFacts) async throws -> [HostSurvey.Pool] {
        var pools: [HostSurvey.Pool] = []
        for pool in try await offered({ try await connection.storagePools(active: true) }) ?? [] {
            let path = try await learned.path(ofPool: pool.name) {
                try XMLParser.tree(await pool.xml()).path("target", "path")?.text
            }
            guard let path else { continue }
            let info = try await pool.info()
            var found = HostSurvey.Pool(
                name: pool.name, path: path, available: Int64(clamping: info.available).held(to: Foreign.bytes))
            found.capacity = Int64(clamping: info.capacity).held(to: Foreign.bytes)
            pools.append(found)
        }
        return pools.sorted { $0.name < $1.name }
    }

    private static func domains(_ connection: Connection) async throws -> [HostSurvey.Domain] {
        try await connection.domains().map {
            .init(name: $0.name, id: MachineID($0.uuid.uuidString), isActive: $0.id != nil)
        }
    }
}
