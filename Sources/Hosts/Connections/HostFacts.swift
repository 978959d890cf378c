internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import Synchronization
internal import XML

/// What stays as it is while a connection to a host lasts; read once, so that a survey asks only for what moves.
struct HostFacts: Sendable {
    var hypervisor: HypervisorKind
    var hypervisorVersion: String
    var libvirtVersion: String
    var hostName: String
    var info: NodeInfo
    var capabilities: Capabilities

    init(of connection: Connection) async throws(LibvirtError) {
        info = try await connection.nodeInfo()
        hypervisor = HypervisorKind(driver: try await connection.driverType())
        hypervisorVersion = try await connection.hypervisorVersion().description
        libvirtVersion = try await connection.libVersion().description
        hostName = try await connection.hostName()
        capabilities = Capabilities(xml: try await connection.capabilitiesXML(), fallback: info.model)
    }
}

/// What stays too, but is told only by what is on the host: learned when it is met first.
final class LearnedFacts: Sendable {
    private struct Known {
        var schedulerType: String?
        /// By the network's UUID; empty for one without.
        var bridges: [UUID: String] = [:]
        var poolPaths: [String]?
        var shapesAll = false
        var refusedVNIs: Set<Int> = []
    }

    private let known = Mutex(Known())

    /// libvirt tells it by machine. Every Xen host has domain 0; a QEMU host without machines tells nothing.
    func schedulerType(_ ask: () async throws -> String?) async throws -> String? {
        if let type = known.withLock({ $0.schedulerType }) { return type }
        let type = try await ask()
        known.withLock { $0.schedulerType = type }
        return type
    }

    /// Whether its kernel is known to do everything to frames that we may ask for. What it lacks may come.
    var shapesAll: Bool { known.withLock { $0.shapesAll } }

    /// - Parameter told: what it says now; not asked for when ``shapesAll``.
    func shapers(_ told: Set<Shaper>?) -> Set<Shaper>? {
        known.withLock { known in
            if told == Set(Shaper.allCases) { known.shapesAll = true }
            return known.shapesAll ? Set(Shaper.allCases) : told
        }
    }

    /// VNIs that the host's kernel refused: somebody has them where nobody sees it.
    var refusedVNIs: Set<Int> { known.withLock { $0.refusedVNIs } }

    func avoid(vni: Int) { known.withLock { _ = $0.refusedVNIs.insert(vni) } }

    /// Where active pools were at the last look; `nil` before the first.
    var poolPaths: [String]? { known.withLock { $0.poolPaths } }

    func learn(poolPaths: [String]) { known.withLock { $0.poolPaths = poolPaths } }

    /// The bridge of a network, once it was learned; empty for one that has none.
    func bridge(of network: UUID) -> String? { known.withLock { $0.bridges[network] } }

    func learn(bridges: [(UUID, String)]) {
        known.withLock { known in
            for (network, bridge) in bridges { known.bridges[network] = bridge }
        }
    }
}

/// What libvirt's capabilities XML tells of the machines a host can run.
struct Capabilities: Sendable {
    /// The host's.
    var uuid: String?
    var arch: String
    /// Such as `kvm` and `qemu`, or `xen`; empty where libvirt tells none.
    var domainTypes: [String]
    /// Such as `hvm`, `xen`, `xenpvh`.
    var guestTypes: [String]

    /// - Parameter fallback: the architecture where none is told, as by the test driver.
    init(xml: String, fallback: String) {
        let tree = try? XMLParser.tree(xml)
        let own = tree?.path("host", "cpu", "arch")?.text ?? fallback
        let guests = (tree?.elements(named: "guest") ?? []).filter { $0.element(named: "arch")?["name"] == own }
        uuid = tree?.path("host", "uuid")?.text
        arch = own
        domainTypes = guests.flatMap { guest in
            (guest.element(named: "arch")?.elements(named: "domain") ?? []).compactMap { $0["type"] }
        }
        guestTypes = guests.compactMap { $0.element(named: "os_type")?.text }
    }
}
