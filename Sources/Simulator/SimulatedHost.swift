package import FoundationEssentials
package import Model

/// A host that exists only in memory: what a plan's steps leave behind on it, and nothing else.
package struct SimulatedHost: Sendable, Equatable, Codable {
    package struct Domain: Sendable, Equatable, Codable {
        package var name: String
        /// Whether it holds memory; it may stand still all the same.
        package var isRunning: Bool {
            didSet { if !isRunning { (isPaused, live) = (false, nil) } }
        }
        package var isPaused = false
        /// What it runs with, where its definition says something else by now.
        package var live: DomainSpec?
        /// What its memory was saved with, where it was.
        package var saved: DomainSpec?
        package var snapshots: [String] = []
        package var checkpoints: [String] = []
        package var isPersistent = true
        /// `nil` for a machine that a stranger made.
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

        /// Goes on from saved memory where there is some, with what it was saved with.
        mutating func start() {
            if !isRunning, let saved { live = saved }
            saved = nil
            isRunning = true
        }

        package var state: ObservedMachine.State { isRunning ? (isPaused ? .paused : .running) : .shutOff }
    }

    package var domains: [MachineID: Domain] = [:]
    package var volumes: Set<VolumeName> = []
    /// By the name of their bridge.
    package var segments: [String: Segment] = [:]
    /// What volumes take, in bytes, where somebody said so.
    package var sizes: [VolumeName: Int64] = [:]
    /// What a machine sees of a disk that was made for it, in bytes.
    var capacities: [VolumeName: Int64] = [:]
    /// When volumes were written, where somebody said so.
    package var written: [VolumeName: Date] = [:]
    /// What volumes have as backing store, by path, where a stranger made them so.
    package var backing: [VolumeName: String] = [:]
    package var cpus = 64
    /// In bytes.
    package var memory: Int64 = 1 << 40
    /// Room of its pool, in bytes.
    package var room: Int64 = 1 << 40
    /// What is somebody else's in its pool, in bytes.
    var filled: Int64 = 0

    /// Which machine it is, where somebody said so.
    package var identity: HostIdentity?
    /// VNIs that somebody has where nobody sees it.
    package var hiddenVNIs: Set<Int> = []
    /// How often it was switched on.
    package var boots = 1

    package init() {}

    /// Paths of all disks that a machine may have.
    var files: Set<String> { Set(volumes.map { "/pool/\($0.name)" }) }

    /// What its pool has left, in bytes.
    package var available: Int64 { room - filled - sizes.filter { volumes.contains($0.key) }.values.reduce(0, +) }

    /// Memory that no machine holds, in bytes.
    var freeMemory: Int64 {
        let held = domains.values.filter(\.isRunning).reduce(Int64(0)) { $0 + (($1.live ?? $1.spec)?.memoryMiB ?? 0) }
        return max(0, memory - held << 20)
    }

    /// A host as there are many: 16 processors, 64 GiB of memory, a pool of 500 GiB.
    package static func ordinary(_ name: String) -> SimulatedHost {
        var host = SimulatedHost()
        host.cpus = 16
        host.memory = 64 << 30
        host.room = 500 << 30
        host.identity = HostIdentity(uuid: UUID().uuidString.lowercased(), machine: name, boot: UUID().uuidString)
        return host
    }

    /// Copies of images' files, and who points at each.
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

    /// Has the same volumes as another, which lie on the same storage.
    mutating func share(_ other: SimulatedHost) {
        (volumes, sizes, written) = (other.volumes, other.sizes, other.written)
        (backing, capacities) = (other.backing, other.capacities)
    }

    mutating func remove(_ volume: VolumeName) {
        volumes.remove(volume)
        (sizes[volume], written[volume], backing[volume], capacities[volume]) = (nil, nil, nil, nil)
    }

    /// Whether a running machine has this network card.
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
