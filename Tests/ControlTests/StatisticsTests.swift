import FoundationEssentials
import Model
import Simulator
import Synchronization
import Testing

@testable import Control

/// Statistics over simulated hosts.
struct StatisticsTests {
    private func statistics(_ world: World) -> Statistics { Statistics(world.context) }

    @Test("Figures of a host, of a machine on it, and of an unknown one")
    func now() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        let host = try await statistics(world).host("h1.lab")
        #expect(host.host.name == "h1" && host.statistics.running == 1 && host.statistics.figures[.cpus] == 64)
        let machine = try await statistics(world).machine("r1", on: "h1")
        #expect(machine.totals?.totals.figures[.memoryAllocated] == 96 << 20)
        #expect(machine.totals?.totals.figures.absent == [.memoryUsed])
        let refused = await refusal { try await statistics(world).machine("r2", on: "h1") }
        #expect(refused?.code == .machineNotFound)
    }

    @Test("A machine's counters go on when it moves")
    func moved() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        let before = try await statistics(world).machine("r1", on: "h1")
        let id = before.id
        let domain = world.simulator.host("h1").domains[id]
        world.simulator.change("h2") { $0.domains[id] = domain }
        world.simulator.change("h1") { $0.domains[id] = nil }
        var moved = try #require(try await world.store.fleet().machine(id))
        moved.host = "h2"
        try await world.store.apply([.replaceMachine(moved)])
        let after = try await statistics(world).machine("r1", on: "h2")
        let times = try [before, after].map { try #require($0.totals?.totals.figures[.cpuTime]) }
        #expect(after.totals?.host == "h2" && times[1] >= times[0])
    }

    @Test("While a machine moves, both hosts report it, and only the one of its record counts")
    func moving() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        let id = try await statistics(world).machine("r1", on: "h1").id
        let record = try #require(try await world.store.fleet().machine(id))
        let book = StatisticsBook()
        func report(_ host: String, _ cpu: Int64, home: String) {
            var known = record
            known.host = home
            var sample = HostSample()
            var machine = HostSample.Machine()
            machine.run = 1
            machine.figures = Figures([.cpuTime: cpu])
            sample.machines[id] = machine
            _ = book.take(sample, of: host, at: Date(), longest: 30) { [known] _ in known }
        }
        report("h1", 1000, home: "h1")
        report("h2", 5, home: "h1")
        report("h1", 1100, home: "h1")
        report("h2", 10, home: "h2")
        // Read before the machine had left, and late.
        report("h1", 1105, home: "h2")
        report("h2", 20, home: "h2")
        #expect(book.machine(id)?.totals.figures[.cpuTime] == 1120)
    }

    @Test("A host is read once at a time, and other hosts meanwhile")
    func once() async throws {
        let book = StatisticsBook()
        let running = Running()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    _ = await book.reading("h1") {
                        running.begin()
                        for _ in 0..<20 { await Task.yield() }
                        _ = await book.reading("h2") { .failure(Refusal(.internalError, "h2")) }
                        running.end()
                        return .failure(Refusal(.internalError, "h1"))
                    }
                }
            }
        }
        #expect(running.most == 1)
    }

    /// Counts what runs at the same time.
    private final class Running: Sendable {
        private let counts = Mutex((now: 0, most: 0))

        var most: Int { counts.withLock { $0.most } }

        func begin() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func end() { counts.withLock { $0.now -= 1 } }
    }

    @Test("A host that is silent: its old figures are not shown as present ones, and machines keep theirs")
    func silent() async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        _ = try await statistics(world).host("h1")
        world.simulator.silence("h1")
        // Still in the period of the last sample.
        _ = try await statistics(world).host("h1")
        var late = world.context
        late.now = { Date() + 31 }
        let refused = await refusal { try await Statistics(late).host("h1") }
        #expect(refused?.code == .hostUnreachable)
        let lines = try await Statistics(late).machineLines(on: "h1")
        #expect(lines.first?.totals?.totals.figures[.memoryAllocated] == 96 << 20)
    }

    @Test("Machines that are gone are forgotten, also with their host")
    func forgotten() async throws {
        let world = try await World()
        let id = MachineID("6b1f4a2e-0000-4000-8000-000000000001")
        world.simulator.change("h1") { $0.domains[id] = .init(name: "foreign", isRunning: true) }
        var context = world.context
        context.samplePeriod = .zero
        _ = try await Statistics(context).host("h1")
        #expect(context.statistics.machine(id) != nil)
        world.simulator.change("h1") { $0.domains[id] = nil }
        _ = try await Statistics(context).host("h1")
        #expect(context.statistics.machine(id) == nil)
        try await world.hosts.unregister(["h1"])
        #expect(context.statistics.host("h1") == nil)
    }
}
