internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import Synchronization
internal import XML

/// The properties of a host that do not change during a connection. They are read once, so that a survey reads only
/// what changes.
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

/// Facts that also stay the same during a connection, but can only be read from objects on the host. Each is learned
/// when it is first met.
final class LearnedFacts: Sendable {
    private struct Known {
        var schedulerType: String?
        /// By the network's UUID; empty for a network without a bridge.
        var bridges: [UUID: String] = [:]
        var poolPaths: [String]?
        var shapesAll = false
        var refusedVNIs: Set<Int> = []
        /// By the machine's UUID.
        var devices: [UUID: Devices] = [:]
    }

    /// The devices of one run of a machine: those on the host are chosen at each start.
    struct Devices: Sendable, Equatable {
        var run: Int32
        /// MAC addresses of its network cards by their devices on the host.
        var cards: [String: MACAddress] = [:]
        /// Its disks by their names in the machine.
        var disks: [String] = []
    }

    private let known = Mutex(Known())

    /// Returns the host's scheduler type. libvirt reports it per machine: every Xen host has domain 0; a QEMU host
    /// without machines reports none.
    func schedulerType(_ read: () async throws -> String?) async throws -> String? {
        if let type = known.withLock({ $0.schedulerType }) { return type }
        let type = try await read()
        known.withLock { $0.schedulerType = type }
        return type
    }

    /// Whether the host's kernel is known to support every shaping that VMS uses. A missing one may be added later.
    var shapesAll: Bool { known.withLock { $0.shapesAll } }

    /// - Parameter reported: the current answer; not requested if ``shapesAll``.
    func shapers(_ reported: Set<Shaper>?) -> Set<Shaper>? {
        known.withLock { known in
            if reported == Set(Shaper.allCases) { known.shapesAll = true }
            return known.shapesAll ? Set(Shaper.allCases) : reported
        }
    }

    /// The devices of a machine in its present run, if they are known.
    ///
    /// - Parameter cards: devices of network cards that must be among them.
    func devices(of machine: UUID, run: Int32, with cards: Set<String>) -> Devices? {
        known.withLock { known in
            known.devices[machine].flatMap { $0.run == run && cards.isSubset(of: $0.cards.keys) ? $0 : nil }
        }
    }

    func learn(_ devices: Devices, of machine: UUID) { known.withLock { $0.devices[machine] = devices } }

    /// Forgets the devices of machines that are not on the host any more.
    func keepDevices(of machines: Set<UUID>) {
        known.withLock { known in
            guard known.devices.count > machines.count else { return }
            known.devices = known.devices.filter { machines.contains($0.key) }
        }
    }

    /// VNIs that the host's kernel refused: they are in use where VMS cannot see it.
    var refusedVNIs: Set<Int> { known.withLock { $0.refusedVNIs } }

    func avoid(vni: Int) { known.withLock { _ = $0.refusedVNIs.insert(vni) } }

    /// The folders of the active pools at the last survey; `nil` before the first.
    var poolPaths: [String]? { known.withLock { $0.poolPaths } }

    func learn(poolPaths: [String]) { known.withLock { $0.poolPaths = poolPaths } }

    /// The bridge of a network, if it is known; empty for a network without a bridge.
    func bridge(of network: UUID) -> String? { known.withLock { $0.bridges[network] } }

    func learn(bridges: [(UUID, String)]) {
        known.withLock { known in
            for (network, bridge) in bridges { known.bridges[network] = bridge }
        }
    }
}

/// The kinds of machines a host can run, from libvirt's capabilities XML.
struct Capabilities: Sendable {
    /// The host's UUID.
    var uuid: String?
    var arch: String
    /// Such as `kvm` and `qemu`, or `xen`; empty if libvirt reports none.
    var domainTypes: [String]
    /// Such as `hvm`, `xen`, `xenpvh`.
    var guestTypes: [String]

    /// - Parameter fallback: the architecture if the XML has none, as with the test driver.
    init(xml: String, fallback: String) {
        let tree = try? XMLParser.tree(xml)
        let hostArch = tree?.path("host", "cpu", "arch")?.text ?? fallback
        let guests = (tree?.elements(named: "guest") ?? []).filter { $0.element(named: "arch")?["name"] == hostArch }
        uuid = tree?.path("host", "uuid")?.text
        arch = hostArch
        domainTypes = guests.flatMap { guest in
            (guest.element(named: "arch")?.elements(named: "domain") ?? []).compactMap { $0["type"] }
        }
        guestTypes = guests.compactMap { $0.element(named: "os_type")?.text }
    }
}
