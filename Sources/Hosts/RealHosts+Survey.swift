internal import Control
internal import FoundationEssentials
internal import Libvirt
package import Model
internal import XML

extension RealHosts {
    package nonisolated func survey(_ node: Node) async throws(Refusal) -> HostSurvey {
        try await with(node) { opened in
            let connection = opened.connection
            let info = try await connection.nodeInfo()
            let hypervisor = HypervisorKind(driver: try await connection.driverType())
            let capabilities = try Capabilities(xml: try await connection.capabilitiesXML(), fallback: info.model)
            let described = try await Self.description(of: opened)
            let networks = try await Self.networkBridges(connection)
            let named = Set((described?.bridges ?? []).map(\.name))
            return HostSurvey(
                hypervisor: hypervisor, hypervisorVersion: try await connection.hypervisorVersion().description,
                libvirtVersion: try await connection.libVersion().description,
                hostName: try await connection.hostName(), cpuModel: info.model, cpuMHz: info.mhz, cpus: info.cpus,
                coresPerSocket: info.cores, memoryKiB: Int64(info.memoryKiB),
                freeMemory: try await Self.freeMemory(connection, hypervisor),
                arch: capabilities.arch, domainTypes: capabilities.domainTypes,
                bridges: (described?.bridges ?? [])
                    + networks.filter { !named.contains($0) }.map { .init(name: $0, isPhysical: false) },
                pools: try await Self.pools(connection), domains: try await Self.domains(connection),
                storesVolumes: hypervisor != .test,
                probesAddresses: described?.tools.contains("arping") ?? false)
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

    /// Bytes. libvirt's test driver answers in KiB, against the documentation of `virNodeGetFreeMemory`.
    private static func freeMemory(_ connection: Connection, _ hypervisor: HypervisorKind) async throws -> Int64? {
        let free = try await offered { Int64(clamping: try await connection.freeMemory()) }
        return free.map { hypervisor == .test ? $0 * 1024 : $0 }
    }

    private static func description(of opened: HostSession.Opened) async throws -> HostDescription? {
        guard let shell = opened.route.shell else { return nil }
        return HostDescription(try await shell.run(.describe, [], seconds: 8))
    }

    private static func networkBridges(_ connection: Connection) async throws -> [String] {
        var bridges: [String] = []
        for network in try await offered(connection.networks) ?? [] where try await network.isActive() {
            // A network on top of a macvtap or an SR-IOV pool has no bridge.
            if let bridge = try? await network.bridgeName() { bridges.append(bridge) }
        }
        return bridges.sorted()
    }

    private static func pools(_ connection: Connection) async throws -> [HostSurvey.Pool] {
        var pools: [HostSurvey.Pool] = []
        for pool in try await offered({ try await connection.storagePools() }) ?? [] where try await pool.isActive() {
            guard let path = try XMLParser.tree(try await pool.xml()).path("target", "path")?.text else { continue }
            pools.append(.init(name: pool.name, path: path, available: Int64(try await pool.info().available)))
        }
        return pools.sorted { $0.name < $1.name }
    }

    private static func domains(_ connection: Connection) async throws -> [HostSurvey.Domain] {
        try await connection.domains().map {
            .init(name: $0.name, id: MachineID($0.uuid.uuidString), isActive: $0.id != nil)
        }
    }
}

/// What libvirt's capabilities XML tells of the machines a host can run.
struct Capabilities {
    var arch: String
    var domainTypes: [String]

    /// - Parameter fallback: the architecture where none is told, as by the test driver.
    init(xml: String, fallback: String) throws {
        let tree = try XMLParser.tree(xml)
        arch = tree.path("host", "cpu", "arch")?.text ?? fallback
        let own = arch
        let guests = tree.elements(named: "guest").compactMap { $0.element(named: "arch") }
        domainTypes = guests.filter { $0["name"] == own }.flatMap { guest in
            guest.elements(named: "domain").compactMap { $0["type"] }
        }
    }
}
