internal import Control
internal import FoundationEssentials
internal import Model
internal import Simulator

/// Creates hosts, networks and machines in an empty simulation, mostly through the services that callers use.
struct SimulationSetup {
    private let settings: SimulationSettings
    private let with: ControlContext
    private let simulator: Simulator
    private var random: SeededNumbers

    init(_ settings: SimulationSettings, _ context: ControlContext, _ simulator: Simulator) {
        self.settings = settings
        with = context
        self.simulator = simulator
        hosts = (1...max(1, settings.hosts)).map { "h\($0)" }
        random = SeededNumbers(seed: settings.seed)
    }

    private let hosts: [String]

    mutating func createAll() async throws(Refusal) {
        _ = try await HostRegistry(with).register(
            hosts.map {
                .init(
                    host: Host(name: $0, hostKey: nil, addresses: ["\($0).example"], uri: nil, memoryMiB: nil),
                    trustsFirstUse: false)
            })
        for number in 0..<settings.networks {
            _ = try await Networks(with).create(network(number + 1), waits: true)
        }
        try await machines()
    }

    /// Three routers in a ring, on randomly chosen hosts.
    private mutating func network(_ number: Int) -> NetworkRequest {
        let first = Int.random(in: 0..<hosts.count, using: &random)
        let routers = (0..<3).map { index in
            var router = NetworkRequest.Router(
                name: "n\(number)r\(index + 1)", host: hosts[(first + index) % hosts.count], memoryMiB: nil)
            router.image.name = SimulatedImages.all[number % SimulatedImages.all.count].name
            return router
        }
        let links = [("west", 0, 1), ("east", 1, 2), ("south", 2, 0)].map { name, one, other in
            NetworkRequest.Link(
                name: name, ends: [.init(router: routers[one].name), .init(router: routers[other].name)])
        }
        return NetworkRequest(name: "net\(number)", routers: routers, links: links)
    }

    // MARK: - Machines

    /// Creates the machines: the first by the service, the others as copies of it, since there may be hundreds of
    /// thousands.
    private func machines() async throws(Refusal) {
        guard settings.machines > 0 else { return }
        _ = try await Machines(with).create(
            MachineRequest(host: hosts[0], name: "m1", address: Self.address(0), memoryMiB: nil), waits: true)
        let fleet = try await with.store.fleet()
        guard let template = fleet.machines(named: "m1").first else { return }
        let images = fleet.images(on: template.host)
        for host in hosts.dropFirst() {
            simulator.change(host) { host in host.volumes.formUnion(images.map(\.volume)) }
            try await with.store.apply(
                images.map {
                    .imageIsOnHost(ImageOnHost(host: host, digest: $0.digest, volume: $0.volume, lastUsed: with.now()))
                })
        }
        // While the store records a part, the next is made.
        var recording: Task<Result<Void, Refusal>, Never>?
        for start in stride(from: 1, to: settings.machines, by: 2000) {
            let copies = (start..<min(start + 2000, settings.machines)).map { index in
                copy(of: template, on: hosts[index % hosts.count], index)
            }
            try await recording?.value.get()
            recording = Task { await recorded(copies) }
        }
        try await recording?.value.get()
    }

    private func recorded(_ machines: [Machine]) async -> Result<Void, Refusal> {
        do throws(Refusal) {
            return .success(try await with.store.apply(machines.map { .insertMachine($0) }))
        } catch {
            return .failure(error)
        }
    }

    /// A unique address of a machine, of 172.16.0.0/12.
    private static func address(_ index: Int) -> String {
        let number = index + 1
        return "172.\(16 + (number >> 16 & 0xF)).\(number >> 8 & 0xFF).\(number & 0xFF)/12"
    }

    /// Creates a copy of a machine on a host.
    ///
    /// - Returns: the record of the copy.
    private func copy(of template: Machine, on host: String, _ index: Int) -> Machine {
        let id = MachineID(with.newID())
        var machine = template
        machine.id = id
        (machine.name, machine.host) = ("m\(index + 1)", host)
        machine.address = try? InterfaceAddress(Self.address(index), subject: .address)
        let mac = Self.mac(index)
        machine.mac = mac
        machine.volumes = template.volumes.map {
            VolumeName(pool: $0.pool, name: $0.name.replacing(template.id.text, with: id.text))
        }
        let (name, volumes) = (machine.name, machine.volumes)
        let original = simulator.host(template.host).domains[template.id]
        simulator.change(host) { host in
            guard var domain = original, var spec = domain.spec else { return }
            spec.id = id
            spec.name = name
            spec.mark = Mark(machine: id, operation: spec.mark.operation)
            for index in spec.interfaces.indices { spec.interfaces[index].mac = mac }
            for index in spec.disks.indices {
                spec.disks[index].path = spec.disks[index].path.replacing(template.id.text, with: id.text)
            }
            (domain.name, domain.spec, domain.mark) = (name, spec, spec.mark)
            host.domains[id] = domain
            host.volumes.formUnion(volumes)
        }
        return machine
    }

    /// A locally administered MAC address, with a prefix that no hypervisor uses.
    private static func mac(_ index: Int) -> MACAddress {
        let digits = [0x02, 0x56, index >> 24, index >> 16, index >> 8, index].map { number in
            let text = String(number & 0xFF, radix: 16)
            return text.count < 2 ? "0" + text : text
        }
        return MACAddress(digits.joined(separator: ":"))
    }
}
