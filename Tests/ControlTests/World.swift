import FoundationEssentials
import Logging
import Model
import Simulator
import Storage
import Synchronization

@testable import Control

/// A server without network interfaces: the services over a real database file and simulated hosts.
final class World: Sendable {
    static let hosts = ["h1", "h2", "h3"]
    let folder = FileManager.default.temporaryDirectory.appending(path: "control-\(UUID().uuidString)")
    /// The folder of the database: that of the first world in a chain of worlds.
    private let home: URL
    let simulator: Simulator
    let store: any Store
    private let database: SQLStore
    let operations: Operations
    let watch: HostWatch
    let machines: Machines
    let networks: Networks
    let hosts: HostRegistry
    let book: OperationBook
    let pruning: ImagePruning
    let clock: PruneClock
    let networkWatch: NetworkWatch
    let context: ControlContext
    private let following: Task<Void, Never>
    /// The world before this one; kept alive, since its folder is still in use.
    private let earlier: World?
    private let ids = Atomic<Int>(0)

    /// - Parameters:
    ///   - earlier: the world whose database and hosts this one takes over, as a restarted server does.
    ///   - policy: when unused copies are removed automatically.
    ///   - patience: how long a network may take to be connected again after a host came back.
    ///   - afterEntry: called with each journal entry once it is durable.
    init(
        after earlier: World? = nil, policy: PrunePlan.Policy = .init(unusedDays: nil, roomPercent: nil),
        patience: Duration = .zero,
        afterEntry: @escaping @Sendable (JournalEntry) async -> Void = { _ in }
    ) async throws {
        self.earlier = earlier
        home = earlier?.home ?? folder
        if earlier == nil { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        let simulator = earlier?.simulator ?? Simulator(hosts: Self.hosts)
        self.simulator = simulator
        let store = try SQLStore.open(at: home.appending(path: "vms.sqlite").path)
        self.store = store
        database = store
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var settings = ControlPlane.Settings()
        settings.prunePolicy = policy
        settings.undoPauses = []
        settings.watchPause = .milliseconds(5)
        settings.networkPatience = { _ in patience }
        let plane = ControlPlane(
            store: store, hypervisor: simulator, vault: SimulatedVault(), settings: settings, log: log,
            afterEntry: afterEntry)
        operations = plane.operations
        watch = plane.watch
        clock = plane.pruneClock
        let context = plane.context
        self.context = context
        machines = Machines(context)
        networks = Networks(context)
        pruning = ImagePruning(context)
        hosts = HostRegistry(context)
        book = OperationBook(context)
        let networkWatch = plane.networkWatch
        self.networkWatch = networkWatch
        following = Task { await networkWatch.follow() }
        guard earlier == nil else { return }
        try await store.apply(Self.hosts.map { .insertHost(Self.host($0)) })
    }

    /// Closes the database, as the end of this server does.
    func close() throws { try database.close() }

    /// The newest operations with their plans, newest first.
    func recorded(in state: Model.Operation.State? = nil, limit: Int) async throws(Refusal) -> [Model.Operation] {
        try await database.operations(in: state, limit: limit)
    }

    deinit {
        following.cancel()
        try? FileManager.default.removeItem(at: folder)
    }

    static func host(_ name: String) -> Host {
        Host(name: name, hostKey: nil, addresses: ["\(name).lab"], uri: nil, memoryMiB: nil)
    }

    func request(_ name: String = "r1", on host: String = "h1", address: String = "10.0.0.1") -> MachineRequest {
        MachineRequest(host: host, name: name, address: address, memoryMiB: 96)
    }

    /// The second variant of the paper: the host already has the disk.
    func requestOfDisk() -> MachineRequest {
        simulator.change("h1") { $0.volumes.insert(VolumeName(pool: "default", name: "given.img")) }
        var request = request()
        request.diskPath = "/pool/given.img"
        request.transfersDisk = false
        return request
    }

    /// Everything that must be gone after an undo: records, domains, segments, and volumes other than shared ones.
    func leftovers(on hosts: [String] = World.hosts) async throws -> [String] {
        let fleet = try await store.fleet()
        var left = fleet.machines.filter { hosts.contains($0.host) }.map { "record of \($0.name)" }
        left += fleet.networks.map { "record of \($0.name)" }
        for name in hosts {
            let host = simulator.host(name)
            let known = Set(fleet.imagesOnHosts.filter { $0.host == name }.map(\.volume))
            left += host.domains.values.map { "domain \($0.name)" } + host.segments.keys.map { "segment \($0)" }
            left += host.volumes.filter { !known.contains($0) && $0.name != "given.img" }.map { "volume \($0.name)" }
        }
        return left
    }

    /// Whether our records and the domains of h1 are the same machines.
    func agrees() async throws -> Bool {
        let records = try await store.fleet().machines.filter { $0.host == "h1" }.map(\.id)
        return Set(records) == Set(simulator.host("h1").domains.keys)
    }
}

/// The refusal that `body` throws; `nil` if it throws nothing.
func refusal<Value>(_ body: () async throws -> Value) async -> Refusal? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? Refusal ?? Refusal(.internalError, "\(error)")
    }
}

/// Pauses a world forever after one of its journal entries, with the same effect as `kill -9`.
actor Stop {
    private var left: Int?
    private(set) var isOver = false
    /// The number of entries since ``begin(after:)``.
    private(set) var entries = 0

    init(after entries: Int? = nil) { left = entries }

    func begin(after entries: Int) { left = entries }

    func reached() async {
        guard let now = left else { return }
        entries += 1
        left = now - 1
        guard now <= 1 else { return }
        isOver = true
        // Waits until its task ends.
        let (never, continuation) = AsyncStream<Void>.makeStream()
        for await _ in never {}
        withExtendedLifetime(continuation) {}
    }
}

/// Polls until the condition holds. A condition that does not hold within two minutes fails the test.
func eventually(_ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(120)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw Refusal(.timedOut, "the condition of the test did not come true") }
        // Sleeps instead of yielding: hundreds of tests that poll without a pause starve the tasks that they wait for.
        try await Task.sleep(for: .milliseconds(1))
    }
}

extension HostRegistry {
    /// The events of a page.
    func events(
        after number: Int64, on host: String?, limit: Int, patience: Duration, newest: Bool = false
    ) async throws(Refusal) -> [HostEvent] {
        try await eventPage(after: number, on: host, limit: limit, patience: patience, newest: newest).events
    }
}
