internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import XML

/// Creates and removes segments on a host. Every method is idempotent.
struct Segments {
    private let opened: HostSession.Opened

    init(_ opened: HostSession.Opened) { self.opened = opened }

    /// Creates a segment. An existing segment with another shape or other peers is changed in place.
    ///
    /// - Throws: `segmentTaken` if the host has another network or device with that name, or another VXLAN with that
    ///   VNI.
    func make(_ segment: Segment) async throws {
        if let other = try await Self.network(named: segment.name, opened.connection),
            other.uuid != (try Self.uuid(segment))
        {
            throw avoiding(.network, segment)
        }
        try await prepare(segment)
        let network = try await define(segment)
        try await network.setAutostart(true)
        try await Self.start(network)
        try await run(AttachSegment(segment))
    }

    private func prepare(_ segment: Segment) async throws(Refusal) {
        if let conflict = try await run(PrepareSegment(segment)) { throw avoiding(conflict, segment) }
    }

    /// Defines the network. Only libvirt knows all networks and their bridges, so it detects conflicts.
    func define(_ segment: Segment) async throws -> Network {
        do {
            return try await opened.connection.defineNetwork(xml: SegmentXML(segment: segment).text)
        } catch {
            guard let conflict = SegmentConflict.reported(error) else { throw error }
            throw avoiding(conflict, segment)
        }
    }

    /// Returns the refusal to throw, and records the VNI so that the next plan uses another one.
    private func avoiding(_ conflict: SegmentConflict, _ segment: Segment) -> Refusal {
        opened.learned.avoid(vni: segment.vni)
        return conflict.refusal(of: segment)
    }

    /// Creates a segment again if it differs from the desired one, or is incomplete.
    ///
    /// - Parameter machines: the machines with an interface on the segment. If the bridge had disappeared, the running
    ///   ones are connected with the new one; if it exists, those that had lost their connection are connected again.
    func remake(_ segment: Segment, with machines: [MachineReference]) async throws {
        let connection = opened.connection
        if let network = try await Self.network(named: segment.name, connection), try await network.isActive() {
            // libvirt does not notice that the bridge was removed by others.
            if try await !run(FindBridge(of: segment)) { try await network.destroy() }
        }
        try await make(segment)
        for machine in machines { try await connect(machine, with: segment) }
        // Shape and state apply to the ports, which exist only now.
        if segment.shape != nil || segment.isDown, !machines.isEmpty { try await make(segment) }
    }

    private func connect(_ machine: MachineReference, with segment: Segment) async throws {
        let interfaces: [ObservedMachine.Interface]
        do {
            let domain = try LibvirtHosts.domain(machine, opened.connection)
            guard try await domain.isActive() else { return }
            interfaces = DomainReading(try XMLParser.tree(try await domain.xml())).interfaces
        } catch LibvirtError.Code.noDomain {
            return
        }
        for interface in interfaces where interface.source == segment.name {
            guard let port = interface.target else { continue }
            try await run(ConnectPort(port, with: segment))
        }
    }

    func remove(_ segment: Segment) async throws {
        let wasThere = try await Self.undefine(try Self.uuid(segment), opened.connection)
        try await run(DetachSegment(segment, wasThere: wasThere))
    }

    /// Removes a network, and returns whether it existed.
    private static func undefine(_ uuid: UUID, _ connection: Connection) async throws -> Bool {
        do {
            let network = try await connection.network(uuid: uuid)
            if try await network.isActive() { try await network.destroy() }
            try await network.undefine()
            return true
        } catch LibvirtError.Code.noNetwork {
            return false
        }
    }

    @discardableResult
    private func run<Call: ScriptCall>(_ call: Call) async throws(Refusal) -> Call.Answer {
        guard let shell = opened.route.shell else {
            throw Refusal(.notOffered, "this host cannot carry links: no program can be run on it")
        }
        return try await shell.run(call, seconds: 20)
    }

    private static func uuid(_ segment: Segment) throws(Refusal) -> UUID {
        guard let uuid = UUID(uuidString: segment.uuid) else {
            throw Refusal(.internalError, "'\(segment.uuid)' is no UUID")
        }
        return uuid
    }

    private static func start(_ network: Network) async throws {
        do {
            if try await !network.isActive() { try await network.start() }
        } catch LibvirtError.Code.operationInvalid {
            return  // it was started in the meantime
        }
    }

    private static func network(named name: String, _ connection: Connection) async throws -> Network? {
        do {
            return try await connection.network(named: name)
        } catch LibvirtError.Code.noNetwork {
            return nil
        }
    }
}
