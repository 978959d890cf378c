package import Control
package import Model
internal import Synchronization

/// Simulated hosts in memory, behind the same port as real hosts: for faults at every step, and for more hosts than one
/// computer can run.
package final class Simulator: Hypervisor {
    struct State {
        var hosts: [String: SimulatedHost] = [:]
        var silent: [String: Refusal] = [:]
        /// Keys that hosts present, and that a caller must have pinned; hosts that are absent here accept every caller.
        var keys: [String: String] = [:]
        var listeners: [String: [Int: AsyncStream<HostSignal>.Continuation]] = [:]
        var tickets = 0
        var faults: [Fault] = []
        /// How many steps were performed and undone on each host.
        var performed: [String: Int] = [:]
        var undone: [String: Int] = [:]
        var transfers = 0
        /// `nil`: steps take no time.
        var pace: SimulatedPace?
        /// Whether hosts report changes of their machines, and every host name exists.
        var isLive = false
        var cuts: Set<HostPair> = []
        var breaks: [LinkBreak] = []
        /// How often each host was disconnected.
        var losses: [String: Int] = [:]
        /// The rates of transfers to hosts whose rate differs from the default, in bytes per second.
        var rates: [String: Int64] = [:]
        /// Hosts that are switched off.
        var off: Set<String> = []
        /// Hosts whose pools are on the same storage.
        var sharing: Set<String> = []
        /// The present runs of machines, by host.
        var runs: [String: [MachineID: Run]] = [:]
        var runNumber: Int64 = 0
        /// The open consoles, by host.
        var consoles: [String: [SimulatedConsole]] = [:]
        /// Machines on their way to a host.
        var arriving: [String: Set<MachineID>] = [:]

        /// Copies the storage of a changed host to all hosts that share it.
        mutating func copyStorage(of host: String) {
            guard sharing.contains(host), let changed = hosts[host] else { return }
            for other in sharing where other != host { hosts[other]?.share(changed) }
        }
    }

    let state = Mutex(State())
    let clockStart = ContinuousClock.now

    package convenience init(hosts: [String]) {
        self.init(Dictionary(hosts.map { ($0, SimulatedHost()) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Simulated hosts in a given state.
    package init(_ hosts: [String: SimulatedHost]) { state.withLock { $0.hosts = hosts } }

    /// A copy of the present state of all hosts.
    package var hosts: [String: SimulatedHost] { state.withLock { $0.hosts } }

    /// A copy of a host's present state; an empty host if there is none of that name.
    package func host(_ name: String) -> SimulatedHost { state.withLock { $0.hosts[name] ?? SimulatedHost() } }

    /// Changes a host without an event, as an administrator of that host would.
    package func change(_ name: String, _ body: @Sendable (inout SimulatedHost) -> Void) {
        state.withLock { state in
            body(&state.hosts[name, default: SimulatedHost()])
            state.copyStorage(of: name)
        }
        endConsoles(on: name)
    }

    /// Makes these hosts share one storage, with the contents of the first host's storage.
    package func share(_ hosts: [String]) {
        state.withLock { state in
            state.sharing = Set(hosts)
            if let first = hosts.first { state.copyStorage(of: first) }
        }
    }

    /// The number of files that were sent completely.
    package var transfers: Int { state.withLock { $0.transfers } }

    /// Replaces the scripted faults; the counts of calls start again.
    package func script(_ faults: [Fault]) {
        state.withLock { state in
            state.faults = faults
            (state.performed, state.undone) = ([:], [:])
        }
    }

    /// The scripted faults.
    package var faults: [Fault] { state.withLock { $0.faults } }

    /// Whether a host is disconnected.
    package func isSilent(_ host: String) -> Bool { state.withLock { $0.silent[host] != nil } }

    /// Disconnects a host: calls about it are refused, and its watchers learn that it is lost.
    package func silence(_ host: String) {
        let why = Refusal(.hostUnreachable, "host '\(host)' does not answer", host: host)
        let listeners = state.withLock { state in
            state.silent[host] = why
            state.losses[host, default: 0] += 1
            return state.listeners.removeValue(forKey: host) ?? [:]
        }
        for listener in listeners.values { listener.finish() }
        endConsoles(on: host)
    }

    /// Gives a host another key, as a reinstallation would, and closes its connections.
    package func rekey(_ host: String, _ key: String) {
        let listeners = state.withLock { state in
            state.keys[host] = key
            return state.listeners.removeValue(forKey: host) ?? [:]
        }
        for listener in listeners.values { listener.finish() }
    }

    /// Reconnects a host.
    package func restore(_ host: String) {
        state.withLock { $0.silent[host] = nil }
    }

    /// Sends an event to the watchers of a host.
    package func emit(_ host: String, _ signal: HostSignal) {
        let listeners = state.withLock { Array(($0.listeners[host] ?? [:]).values) }
        for listener in listeners { listener.yield(signal) }
    }

    /// The present state of a host that answers.
    ///
    /// - Throws: `hostUnreachable` if the host is disconnected or does not exist, `hostKeyRefused`.
    func answering(_ host: Host) throws(Refusal) -> SimulatedHost {
        let found: Result<SimulatedHost, Refusal> = state.withLock { state in
            if let why = state.silent[host.name] { return .failure(why) }
            if let key = state.keys[host.name], key != host.hostKey {
                let why = "host '\(host.name)' shows another key than the one that is pinned"
                return .failure(Refusal(.hostKeyRefused, why, host: host.name))
            }
            if state.isLive, state.hosts[host.name] == nil { state.hosts[host.name] = .ordinary(host.name) }
            guard let simulated = state.hosts[host.name] else {
                return .failure(Refusal(.hostUnreachable, "there is no host '\(host.name)'", host: host.name))
            }
            return .success(simulated)
        }
        return try found.get()
    }

    /// An address of 10.0.0.0/8, from a hash of the host's name; a collision is unlikely.
    private static func address(of host: String) -> IPAddress {
        let hash = host.utf8.reduce(UInt32(5381)) { $0 &* 33 &+ UInt32($1) }
        return IPAddress(bytes: [10, UInt8(hash >> 16 & 0xFF), UInt8(hash >> 8 & 0xFF), UInt8(hash & 0xFF)])
    }

    // MARK: - Hypervisor, reading

    package func contact(_ host: Host, trustsFirstUse: Bool) async throws(Refusal) -> Host {
        _ = try answering(host)
        return host
    }

    package func forget(_ host: String) async {
        let listeners = state.withLock { $0.listeners.removeValue(forKey: host) ?? [:] }
        for listener in listeners.values { listener.finish() }
    }

    package func attend(
        _ host: Host, _ report: @escaping @Sendable (HostSignal) async -> Void
    ) async throws(Refusal) {
        _ = try answering(host)
        let (signals, listener) = AsyncStream<HostSignal>.makeStream()
        let losses = state.withLock { state in
            state.tickets += 1
            state.listeners[host.name, default: [:]][state.tickets] = listener
            return state.losses[host.name]
        }
        await report(.connected)
        for await signal in signals { await report(signal) }
        _ = try answering(host)
        // The host answers again by now, but the connection was lost nevertheless.
        guard state.withLock({ $0.losses[host.name] }) == losses else {
            throw Refusal(.hostUnreachable, "the connection to host '\(host.name)' was lost", host: host.name)
        }
    }

    package func inspect(_ host: Host, trustsFirstUse: Bool) async -> HostInspection {
        do throws(Refusal) {
            let simulated = try answering(host)
            return .init(checks: [HostCheck("simulated", .ok, "host '\(host.name)'")], identity: simulated.identity)
        } catch {
            return .init(checks: [HostCheck("reach", .missing, told: error.reason)])
        }
    }

    package func credential() async throws(Refusal) -> String { "simulated" }

    package func boot(of host: Host) async throws(Refusal) -> HostBoot {
        guard host.uri == nil else {
            throw Refusal(
                .notOffered, "host '\(host.name)' cannot be shut down: no program can be run on it", host: host.name)
        }
        return HostBoot("simulated.\(try answering(host).boots)")
    }

    package func survey(_ host: Host) async throws(Refusal) -> HostSurvey {
        let simulated = try answering(host)
        let bytes = simulated.memory
        var pool = HostSurvey.Pool(name: "default", path: "/pool", available: simulated.available)
        pool.capacity = simulated.room
        var survey = HostSurvey(
            hypervisor: .qemu, hypervisorVersion: "0", libvirtVersion: "0", hostName: host.name, cpuModel: "simulated",
            cpuMHz: 2400, cpus: simulated.cpus, coresPerSocket: simulated.cpus, memoryKiB: bytes / 1024,
            freeMemory: simulated.freeMemory, arch: "x86_64",
            domainTypes: ["qemu"], bridges: [.init(name: "br0", isPhysical: true)],
            pools: [pool],
            domains: simulated.domains.map { .init(name: $1.name, id: $0, isActive: $1.isRunning) },
            storesVolumes: true, probesAddresses: true)
        survey.capturesFrames = true
        survey.identity = simulated.identity
        survey.missingPrograms = []
        survey.shapers = Set(Shaper.allCases)
        survey.addresses = [.init(address: Self.address(of: host.name), mtu: 1500)]
        return survey
    }

    package func machines(on host: Host) async throws(Refusal) -> [ObservedSummary] {
        try answering(host).summaries
    }

    package func machinesWithKeptState(on host: Host) async throws(Refusal) -> Set<MachineID> {
        let keeping = try answering(host).domains.filter { _, domain in
            domain.saved != nil || !domain.snapshots.isEmpty || !domain.checkpoints.isEmpty
        }
        return Set(keeping.keys)
    }

    package func machine(_ id: MachineID, on host: Host) async throws(Refusal) -> ObservedMachine? {
        let host = try answering(host)
        return host.domains[id].map { Self.observed(id, $0, on: host) }
    }

    package func machine(named name: String, on host: Host) async throws(Refusal) -> ObservedMachine? {
        let host = try answering(host)
        return host.domains.first { $1.name == name }.map { Self.observed($0, $1, on: host) }
    }

    private static func observed(
        _ id: MachineID, _ domain: SimulatedHost.Domain, on host: SimulatedHost
    ) -> ObservedMachine {
        let spec = domain.live ?? domain.spec
        let memory = (spec?.memoryMiB ?? 0) * 1024
        var observed = ObservedMachine(
            id: id, name: domain.name, state: domain.state, memoryKiB: memory, maxMemoryKiB: memory,
            vcpus: spec?.vcpus ?? 1, maxVcpus: spec?.vcpus ?? 1, cpuTime: 0, isPersistent: domain.isPersistent,
            autostarts: domain.spec?.startsWithHost ?? false,
            interfaces: spec.map(definition)?.interfaces ?? [],
            disks: (spec?.disks ?? []).map { disk in
                .init(
                    target: disk.target, source: disk.path, format: disk.format.rawValue, isReadOnly: disk.isReadOnly,
                    capacity: host.capacities.first { "/pool/\($0.key.name)" == disk.path }?.value, allocation: nil)
            }, mark: domain.mark)
        if domain.isRunning, domain.isPersistent { observed.pending = domain.spec.map(definition) }
        observed.isSaved = domain.saved != nil
        observed.saved = domain.saved.map(definition)
        (observed.snapshots, observed.checkpoints) = (domain.snapshots, domain.checkpoints)
        return observed
    }

    private static func definition(_ spec: DomainSpec) -> ObservedMachine.Definition {
        .init(
            memoryKiB: spec.memoryMiB * 1024, vcpus: spec.vcpus,
            interfaces: spec.interfaces.map {
                .init(
                    mac: $0.mac.description, type: "bridge", source: $0.bridge, target: nil, model: nil, received: nil,
                    sent: nil)
            })
    }

    package func links(on host: Host) async throws(Refusal) -> HostLinks {
        try answering(host).links(address: Self.address(of: host.name))
    }

    package func sharedDisks(
        _ paths: [String], of host: Host, with other: Host
    ) async throws(Refusal) -> Set<String> {
        let (here, there) = (try answering(host).files, try answering(other).files)
        guard state.withLock({ $0.sharing.isSuperset(of: [host.name, other.name]) }) else { return [] }
        return Set(paths).intersection(here).intersection(there)
    }

    package func imageCopies(on host: Host) async throws(Refusal) -> [ObservedCopy] { try answering(host).copies }

    package func refusedVNIs(of segments: [Segment], on host: Host) async throws(Refusal) -> Set<Int> {
        let host = try answering(host)
        return host.hiddenVNIs.intersection(segments.filter { host.segments[$0.name] == nil }.map(\.vni))
    }

    package func found(_ copies: [RecordedCopy], on host: Host) async throws(Refusal) -> Set<VolumeName> {
        let host = try answering(host)
        return Set(
            copies.filter { copy in
                guard host.volumes.contains(copy.volume) else { return false }
                guard let size = copy.size, let there = host.sizes[copy.volume] else { return true }
                return size == there
            }.map(\.volume))
    }

    package func disk(at path: String, on host: Host) async throws(Refusal) -> HostDisk {
        let host = try answering(host)
        let isThere = host.files.contains(path)
        var disk = HostDisk(
            path: path, kind: isThere ? .file : .absent, isAllowed: isThere, format: isThere ? "raw" : nil)
        disk.uses = host.domains.values.filter { $0.spec?.disks.contains { $0.path == path } ?? false }
            .map { "machine '\($0.name)' of the host has it" }.sorted()
        return disk
    }

    package func scheduler(of machine: String, on host: Host) async throws(Refusal) -> SchedulerReading {
        guard let domain = try answering(host).domains.values.first(where: { $0.name == machine }) else {
            throw Refusal(.machineNotFound, "the host has no such machine")
        }
        return SchedulerReading(type: "posix", parameters: domain.scheduler)
    }
}
