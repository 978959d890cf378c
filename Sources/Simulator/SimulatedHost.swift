package import FoundationEssentials
package import Model

/// A host that exists only in memory: holds what the steps of plans create, and nothing else.
package struct SimulatedHost: Sendable, Equatable, Codable {
    package struct Domain: Sendable, Equatable, Codable {
        package var name: String
        /// Whether the domain holds memory; it may be paused.
        package var isRunning: Bool {
            didSet { if !isRunning { (isPaused, live) = (false, nil) } }
        }
        package var isPaused = false
        /// The configuration that the domain runs with, if its definition has changed since its start.
        package var live: DomainSpec?
        /// The configuration of the domain's saved memory, if its memory was saved.
        package var saved: DomainSpec?
        package var snapshots: [String] = []
        package var checkpoints: [String] = []
        package var isPersistent = true
        /// `nil` for a machine that this server did not create.
        package var spec: DomainSpec?
        package var mark: Mark?
        package var scheduler: [String: ParameterValue]

        package init(name: String, isRunning: Bool, spec: DomainSpec? = nil, mark: Mark? = nil) {
            self.name = name
            self.isRunning = isRunning
            self.spec = spec
            self.mark = mark
            scheduler = ["cpu_shares": .uint64(1024)]
        }

        /// Starts the domain; restores saved memory, with its configuration, if there is some.
        mutating func start() {
            if !isRunning, let saved { live = saved }
            saved = nil
            isRunning = true
        }

        package var state: ObservedMachine.State { isRunning ? (isPaused ? .paused : .running) : .shutOff }
    }

    package var domains: [MachineID: Domain] = [:]
    package var volumes: Set<VolumeName> = []
    /// Segments by the names of their bridges.
    package var segments: [String: Segment] = [:]
    /// The sizes of volumes on disk, in bytes, where set.
    package var sizes: [VolumeName: Int64] = [:]
    /// The sizes of machines' disks as their guests see them, in bytes.
    var capacities: [VolumeName: Int64] = [:]
    /// The modification times of volumes, where set.
    package var written: [VolumeName: Date] = [:]
    /// The paths of volumes' backing files, for volumes that have one.
    package var backing: [VolumeName: String] = [:]
    package var cpus = 64
    /// The host's memory, in bytes.
    package var memory: Int64 = 1 << 40
    /// The capacity of the host's pool, in bytes.
    package var room: Int64 = 1 << 40
    /// The part of the pool that other data occupies, in bytes.
    var filled: Int64 = 0

    /// The identity of the computer, where set.
    package var identity: HostIdentity?
    /// VNIs that are in use but cannot be listed.
    package var hiddenVNIs: Set<Int> = []
    /// How often the host was switched on.
    package var boots = 1

    package init() {}

    /// The paths of all volumes, as machines' disks.
    var files: Set<String> { Set(volumes.map { "/pool/\($0.name)" }) }

    /// The free space in the host's pool, in bytes.
    package var available: Int64 { room - filled - sizes.filter { volumes.contains($0.key) }.values.reduce(0, +) }

    /// The domains as a list of them shows them. Read by index: a loop over the elements would copy each domain's
    /// configurations.
    var summaries: [ObservedSummary] {
        domains.indices.map {
            ObservedSummary(id: domains.keys[$0], name: domains.values[$0].name, state: domains.values[$0].state)
        }
    }

    /// Memory that no running machine holds, in bytes.
    var freeMemory: Int64 {
        let held = domains.values.filter(\.isRunning).reduce(Int64(0)) { $0 + (($1.live ?? $1.spec)?.memoryMiB ?? 0) }
        return max(0, memory - held << 20)
    }

    /// A typical host: 16 processors, 64 GiB of memory, a pool of 500 GiB.
    package static func ordinary(_ name: String) -> SimulatedHost {
        var host = SimulatedHost()
        host.cpus = 16
        host.memory = 64 << 30
        host.room = 500 << 30
        host.identity = HostIdentity(uuid: UUID().uuidString.lowercased(), machine: name, boot: UUID().uuidString)
        return host
    }

    /// The copies of images' files, with the users of each.
    package var copies: [ObservedCopy] {
        volumes.filter { $0.name.hasPrefix(ObservedCopy.prefix) }.map { volume in
            let path = "/pool/\(volume.name)"
            let machines = domains.values.filter { $0.spec?.points(at: path) ?? false }.map {
                "machine '\($0.name)' uses it"
            }
            let overlays = backing.filter { $0.value == path }.map { "volume \($0.key.name) uses it" }
            return ObservedCopy(
                volume: volume, bytes: sizes[volume] ?? 0, written: written[volume],
                uses: machines.sorted() + overlays.sorted())
        }.sorted { $0.volume.name < $1.volume.name }
    }

    /// Takes over the volumes of a host with the same storage.
    mutating func share(_ other: SimulatedHost) {
        (volumes, sizes, written) = (other.volumes, other.sizes, other.written)
        (backing, capacities) = (other.backing, other.capacities)
    }

    mutating func remove(_ volume: VolumeName) {
        volumes.remove(volume)
        (sizes[volume], written[volume], backing[volume], capacities[volume]) = (nil, nil, nil, nil)
    }

    /// Whether a running machine, not paused, has a network card with this MAC address.
    func answers(_ mac: MACAddress) -> Bool {
        domains.values.contains {
            $0.isRunning && !$0.isPaused && $0.spec?.interfaces.contains { $0.mac == mac } == true
        }
    }
}

extension DomainSpec {
    fileprivate func points(at path: String) -> Bool {
        if case .kernel(let kernel, let initrd, _) = boot, kernel == path || initrd == path { return true }
        return disks.contains { $0.path == path }
    }
}
