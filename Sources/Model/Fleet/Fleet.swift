package import FoundationEssentials

/// One read of the store: everything a planner may know beside the survey of the host it plans for.
///
/// A copy is free. Planners ask questions, which indexes answer; what they would have to search for belongs here.
package struct Fleet: Sendable, Equatable {
    /// In the order of their names.
    package var hosts: [Host]
    private var machineTable: MachineTable
    private var imageTable: ImageTable
    private var networkTable: NetworkTable
    /// What was found when networks were proven last, by their names.
    package var verifications: [String: Verification] = [:]
    /// What was given up with hosts that did not answer, by host and id.
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

    /// All machines, in the order of their names. Costs a look at all of them: most questions have an answer below.
    package var machines: [Machine] { machineTable.all }

    package var machineCount: Int { machineTable.count }

    package func machine(_ id: MachineID) -> Machine? { machineTable[id] }

    package func machine(_ name: String, on host: Host) -> Machine? {
        machineTable.named(name).first { $0.host == host.name }
    }

    /// Machines of a host, in the order of their names.
    package func machines(on host: String) -> [Machine] { machineTable.on(host: host) }

    package func machineCount(on host: String) -> Int { machineTable.count(on: host) }

    /// Machines of a name, on any host.
    package func machines(named name: String) -> [Machine] { machineTable.named(name) }

    /// Routers of a network, in the order of their names.
    package func machines(of network: String) -> [Machine] { machineTable.of(network: network) }

    /// A machine with an address that it shares a network with others for.
    package func machine(at address: IPAddress) -> Machine? { machineTable.at(address).first }

    /// Takes the place of the machine of the same id.
    package mutating func put(_ machine: Machine) { machineTable[machine.id] = machine }

    package mutating func removeMachine(_ id: MachineID) { machineTable[id] = nil }

    /// Changes a machine that is there.
    package mutating func change(_ id: MachineID, _ body: (inout Machine) -> Void) {
        guard var machine = machineTable[id] else { return }
        body(&machine)
        machineTable[id] = machine
    }

    /// Whether an interface of a machine of ours, or of one that was given up, has a MAC address.
    func has(_ mac: MACAddress) -> Bool {
        machineTable.has(mac) || networkTable.has(mac) || abandoned.contains { $0.macs.contains(mac) }
    }

    /// Machines in the order of their names and hosts, or against it.
    ///
    /// - Parameter after: only those behind it: of a list in the order of `name`.
    package func machines(after: ListPosition?, isDescending: Bool, most: Int) -> [Machine] {
        let from = after.map { after in
            var name = ""
            if case .text(let text) = after.value { name = text }
            return (name: name, host: after.place.first ?? "", id: after.place.last ?? "")
        }
        return machineTable.walk(after: from, isDescending: isDescending, most: most)
    }

    // MARK: - Networks

    /// In the order of their names.
    package var networks: [VirtualNetwork] { networkTable.all }

    package func network(named name: String) -> VirtualNetwork? { networkTable[name] }

    /// Takes the place of the network of the same name.
    package mutating func put(_ network: VirtualNetwork) { networkTable[network.name] = network }

    package mutating func removeNetwork(_ name: String) { networkTable[name] = nil }

    // MARK: - Images

    /// All copies of images' files, in the order of hosts and digests.
    package var imagesOnHosts: [ImageOnHost] { imageTable.all }

    /// Those of a host, in the order of their digests.
    package func images(on host: String) -> [ImageOnHost] { imageTable.on(host: host) }

    /// Takes the place of the record of the same file on the same host.
    package mutating func put(_ image: ImageOnHost) { imageTable.insert(image) }

    package mutating func removeImages(on host: String, where isMeant: (ImageOnHost) -> Bool = { _ in true }) {
        imageTable.remove(on: host, where: isMeant)
    }

    // MARK: - By what a caller says

    /// - Throws: `hostNotRegistered`, with the names there are.
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

    /// - Throws: `networkNotFound`, with the names there are.
    package func network(_ name: String) throws(Refusal) -> VirtualNetwork {
        guard let network = networkTable[name] else {
            let known =
                networks.isEmpty ? "there is none" : "there are \(networks.map(\.name).joined(separator: ", "))"
            throw Refusal(
                .networkNotFound, .networkName,
                "\(.networkName) is '\(name.shown)': no virtual network of that name; \(known)", value: name.shown)
        }
        return network
    }

    /// VNIs of our links, and of those of which a part was given up.
    package var vnis: Set<Int> {
        Set(networks.flatMap(\.links).compactMap(\.vni) + abandoned.compactMap(\.vni))
    }

    /// The record of a file on a host; `nil` unless it is whole there, in that volume.
    package func copy(_ digest: Digest, in volume: VolumeName, on host: String) -> ImageOnHost? {
        images(on: host).first { $0.digest == digest && $0.volume == volume }
    }
}

/// A file of an image that is whole on a host.
package struct ImageOnHost: Sendable, Hashable, Codable {
    package var host: String
    package var digest: Digest
    package var volume: VolumeName
    /// When it was sent, or a machine that uses it was created or destroyed, whichever was last; `nil` where nobody
    /// wrote it down.
    package var lastUsed: Date?
    /// Whether it lies on storage that another host has as well, whose machines may use it; it leaves no host by itself.
    package var isShared = false

    package init(host: String, digest: Digest, volume: VolumeName, lastUsed: Date? = nil) {
        self.host = host
        self.digest = digest
        self.volume = volume
        self.lastUsed = lastUsed
    }
}
