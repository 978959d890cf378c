package import FoundationEssentials

/// One read of the store: all knowledge of a planner, apart from the survey of the host for which it plans.
///
/// Copying it costs nothing. Planners ask it questions, which indexes answer; a question that would need a
/// search belongs here.
package struct Fleet: Sendable, Equatable {
    /// Sorted by name.
    package var hosts: [Host]
    private var machineTable: MachineTable
    private var imageTable: ImageTable
    private var networkTable: NetworkTable
    /// The results of networks' last proofs, by network name.
    package var verifications: [String: Verification] = [:]
    /// Machines and link parts abandoned with hosts that did not answer, sorted by host and id.
    package var abandoned: [Abandoned] = []

    package init(
        hosts: [Host], machines: [Machine], imagesOnHosts: [ImageOnHost], networks: [VirtualNetwork] = []
    ) {
        self.hosts = hosts
        machineTable = MachineTable(machines)
        imageTable = ImageTable(imagesOnHosts)
        networkTable = NetworkTable(networks)
    }

    // MARK: - Machines

    /// All machines, sorted by name. It visits all of them; most questions have a cheaper answer below.
    package var machines: [Machine] { machineTable.all }

    package var machineCount: Int { machineTable.count }

    package func machine(_ id: MachineID) -> Machine? { machineTable[id] }

    package func machine(_ name: String, on host: Host) -> Machine? {
        machineTable.named(name).first { $0.host == host.name }
    }

    /// Machines of a host, sorted by name.
    package func machines(on host: String) -> [Machine] { machineTable.on(host: host) }

    /// The memory promised to each machine that is recorded on a host, in MiB.
    func memory(on host: String) -> [MachineID: Int64] { machineTable.memory(on: host) }

    package func machineCount(on host: String) -> Int { machineTable.count(on: host) }

    /// Machines of this name on all hosts.
    package func machines(named name: String) -> [Machine] { machineTable.named(name) }

    /// What a team owns, as its quota counts it.
    package func usage(of team: TeamID) -> Usage { machineTable.usage(of: team) + networkTable.usage(of: team) }

    /// Machines of a team, sorted by name.
    package func machines(of team: TeamID) -> [Machine] { machineTable.of(team: team) }

    /// Routers of a network, sorted by name.
    package func machines(of network: String) -> [Machine] { machineTable.of(network: network) }

    /// A machine with this address on a network that it shares with others.
    package func machine(at address: IPAddress) -> Machine? { machineTable.at(address).first }

    /// Inserts the machine, or replaces the machine with the same id.
    package mutating func put(_ machine: Machine) { machineTable[machine.id] = machine }

    package mutating func removeMachine(_ id: MachineID) { machineTable[id] = nil }

    /// Changes a machine, if it exists.
    package mutating func change(_ id: MachineID, _ body: (inout Machine) -> Void) {
        guard var machine = machineTable[id] else { return }
        body(&machine)
        machineTable[id] = machine
    }

    /// Whether an interface of a machine of ours, or of an abandoned one, has this MAC address.
    func has(_ mac: MACAddress) -> Bool {
        machineTable.has(mac) || networkTable.has(mac) || abandoned.contains { $0.macs.contains(mac) }
    }

    /// Machines sorted by name and host, or in the reverse order.
    ///
    /// - Parameter after: returns only machines after this position, of a list that is sorted by `name`.
    package func machines(after: ListPosition?, isDescending: Bool, most: Int) -> [Machine] {
        let from = after.map { after in
            var name = ""
            if case .text(let text) = after.value { name = text }
            return (name: name, host: after.place.first ?? "", id: after.place.last ?? "")
        }
        return machineTable.walk(after: from, isDescending: isDescending, most: most)
    }

    // MARK: - Networks

    /// Sorted by name.
    package var networks: [VirtualNetwork] { networkTable.all }

    package func network(named name: String) -> VirtualNetwork? { networkTable[name] }

    package func network(id: NetworkID) -> VirtualNetwork? { networkTable[id] }

    /// Networks of a team, sorted by name.
    package func networks(of team: TeamID) -> [VirtualNetwork] { networkTable.of(team: team) }

    /// Inserts the network, or replaces the network of the same name.
    package mutating func put(_ network: VirtualNetwork) { networkTable[network.name] = network }

    package mutating func removeNetwork(_ name: String) { networkTable[name] = nil }

    // MARK: - Images

    /// All copies of images' files, sorted by host and digest.
    package var imagesOnHosts: [ImageOnHost] { imageTable.all }

    /// The copies on a host, sorted by digest.
    package func images(on host: String) -> [ImageOnHost] { imageTable.on(host: host) }

    /// Inserts the record, or replaces the record of the same file on the same host.
    package mutating func put(_ image: ImageOnHost) { imageTable.insert(image) }

    package mutating func removeImages(on host: String, where matches: (ImageOnHost) -> Bool = { _ in true }) {
        imageTable.remove(on: host, where: matches)
    }

    // MARK: - Lookup by a caller's text

    /// - Throws: `hostNotRegistered`, with the names of the registered hosts.
    package func host(_ text: String, subject: Refusal.Subject = .host) throws(Refusal) -> Host {
        guard let host = hosts.first(where: { $0.answers(to: text) }) else {
            let known =
                hosts.isEmpty ? "no host is registered" : "registered are \(hosts.map(\.name).joined(separator: ", "))"
            throw Refusal(
                .hostNotRegistered, subject, "\(subject) is '\(text.shown)': no host of that name or address; \(known)",
                value: text.shown, host: text.shown)
        }
        return host
    }

    /// - Throws: `networkNotFound`, with the names of the existing networks.
    package func network(_ name: String) throws(Refusal) -> VirtualNetwork {
        guard let network = networkTable[name] else {
            throw Self.networkNotFound(name, among: networks.map(\.name))
        }
        return network
    }

    /// VNIs of our links, and of abandoned link parts.
    package var vnis: Set<Int> {
        Set(networks.flatMap(\.links).compactMap(\.vni) + abandoned.compactMap(\.vni))
    }

    /// The record of a file on a host; `nil` unless the complete file is in that volume.
    package func copy(_ digest: Digest, in volume: VolumeName, on host: String) -> ImageOnHost? {
        images(on: host).first { $0.digest == digest && $0.volume == volume }
    }
}

/// A complete copy of an image's file on a host.
package struct ImageOnHost: Sendable, Hashable, Codable {
    package var host: String
    package var digest: Digest
    package var volume: VolumeName
    /// The time of the last use: when it was sent, or when a machine that uses it was created or destroyed;
    /// `nil` if it was not recorded.
    package var lastUsed: Date?
    /// Whether it is on storage that another host shares, whose machines may use it, so that no sweep removes
    /// it.
    package var isShared = false

    package init(host: String, digest: Digest, volume: VolumeName, lastUsed: Date? = nil) {
        self.host = host
        self.digest = digest
        self.volume = volume
        self.lastUsed = lastUsed
    }
}
