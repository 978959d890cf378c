internal import FoundationEssentials
internal import Libvirt
internal import Model
internal import XML

/// Makes and removes links' parts on a host. Doing it twice is the same as doing it once.
struct Segments {
    private let opened: HostSession.Opened

    init(_ opened: HostSession.Opened) { self.opened = opened }

    /// One that is there with another shape or other peers is changed where it is.
    ///
    /// - Throws: `segmentTaken` when the host has a network or a device of that name which is not this one's, or another
    ///   VXLAN of that number.
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
        if let hindrance = try await run(PrepareSegment(segment)) { throw avoiding(hindrance, segment) }
    }

    /// libvirt alone knows all networks and their bridges.
    func define(_ segment: Segment) async throws -> Network {
        do {
            return try await opened.connection.defineNetwork(xml: SegmentXML(segment: segment).text)
        } catch {
            guard let hindrance = SegmentHindrance.told(error) else { throw error }
            throw avoiding(hindrance, segment)
        }
    }

    /// What is thrown then; the next plan takes another number.
    private func avoiding(_ hindrance: SegmentHindrance, _ segment: Segment) -> Refusal {
        opened.learned.avoid(vni: segment.vni)
        return hindrance.refusal(of: segment)
    }

    /// Makes it as it is to be where it is there otherwise, or not whole.
    ///
    /// - Parameter machines: those with an interface on it. Where its bridge was gone, running ones are connected with the
    ///   new one; where it is there, so are those that had lost it.
    func remake(_ segment: Segment, with machines: [MachineReference]) async throws {
        let connection = opened.connection
        if let network = try await Self.network(named: segment.name, connection), try await network.isActive() {
            // libvirt does not notice that somebody has removed the bridge.
            if try await !run(FindBridge(of: segment)) { try await network.destroy() }
        }
        try await make(segment)
        for machine in machines { try await connect(machine, with: segment) }
        // What a link does to frames is done at its ports.
        if segment.shape != nil, !machines.isEmpty { try await make(segment) }
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

    /// Whether it was there.
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
            return  // it was started just now
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
