import FoundationEssentials
import Model
import Simulator
import Testing

@testable import Control

/// A host is shut down only when nothing runs there, and is shown as down on purpose until it is back.
@Suite("Shutting a host down")
struct HostShutdownTests {
    private static let broke = Refusal(.shutdownFailed, "the host refused")

    /// A world that attends `h1`, with machines there.
    private func made(_ machines: [String] = ["r1"]) async throws -> World {
        let world = try await World()
        for (number, name) in machines.enumerated() {
            _ = try await world.machines.create(world.request(name, address: "10.0.0.\(number + 1)"), waits: true)
        }
        await world.watch.attend(try await host(world))
        // The condition changes before the event is stored.
        try await eventually { try await kinds(world) == [.hostUp] }
        return world
    }

    private func host(_ world: World) async throws -> Host { try await world.store.fleet().host("h1") }

    /// The events of the host itself.
    private func kinds(_ world: World) async throws -> [HostEvent.Kind] {
        try await world.hosts.events(after: 0, on: "h1", limit: 1000, patience: .zero).filter { $0.machine == nil }
            .map(\.kind)
    }

    private func options(_ fate: HostShutdown.Fate) -> Machines.EvacuationOptions {
        var options = Machines.EvacuationOptions(fate)
        options.atOnce = 2
        return options
    }

    /// Whether nothing was changed: no maintenance, no mark, no operation other than the creates, all machines run.
    private func isUntouched(_ world: World, creates: Int = 1) async throws -> Bool {
        let (host, fleet) = (try await host(world), try await world.store.fleet())
        let running = world.simulator.host("h1").domains.values.allSatisfy(\.isRunning)
        let operations = try await world.recorded(in: nil, limit: 100)
        let events = try await kinds(world)
        return host.maintenance == nil && host.shutDown == nil && running && operations.count == creates
            && fleet.machines.allSatisfy { $0.asked == .running && $0.host == "h1" }
            && events == [.hostUp]
    }

    @Test("refused with the names of the running machines, and nothing is changed")
    func refused() async throws {
        let world = try await made(["r1", "r2"])
        let why = await refusal { try await world.machines.shutDown("h1", options(.refuse)) }
        #expect(why?.code == .hostInUse && why?.subject == .host && why?.host == "h1")
        #expect(why?.reason.contains("r1, r2") == true && why?.reason.contains("'evacuate' or 'stop'") == true)
        #expect(try await isUntouched(world, creates: 2))
        await world.watch.leave("h1")
    }

    @Test(
        "foreign machines prevent the shutdown",
        arguments: [HostShutdown.Fate.refuse, .evacuate, .stop])
    func strangers(fate: HostShutdown.Fate) async throws {
        let world = try await made()
        world.simulator.change("h1") { $0.domains[MachineID("x")] = .init(name: "web", isRunning: true) }
        let why = await refusal { try await world.machines.shutDown("h1", options(fate)) }
        #expect(why?.code == .hostInUse && why?.reason.contains("VMS did not make: web") == true)
        #expect(try await isUntouched(world))
        world.simulator.change("h1") { $0.domains[MachineID("x")]?.isRunning = false }
        _ = try await world.machines.shutDown("h1", options(.stop))
        await world.watch.leave("h1")
    }

    @Test("down, shown as such, calls refused immediately; up again on its own, with an event")
    func downAndBack() async throws {
        let world = try await made(["r1", "off"])
        _ = try await world.machines.shutdown("off", on: "h1", seconds: 5, waits: true)
        let shut = try await world.machines.shutDown("h1", options(.stop))
        #expect(shut.machines.map(\.machine.name) == ["off", "r1"])
        #expect(shut.machines.map(\.became.word) == ["off", "stopped"])
        #expect(world.simulator.host("h1").domains.values.allSatisfy { !$0.isRunning })
        let condition = await world.watch.condition(of: "h1")
        #expect(condition?.state == .down && condition?.since == shut.since && condition?.why?.code == .hostShutDown)
        #expect(try await host(world).maintenance != nil)
        let why = await refusal { try await world.machines.status("r1", on: "h1") }
        #expect(why?.code == .hostShutDown && why?.reason.contains("on purpose (since 20") == true)
        #expect(await refusal { try await world.hosts.status("h1") }?.code == .hostShutDown)
        #expect(await refusal { try await world.machines.create(world.request("r9"), waits: true) } != nil)
        #expect(try await world.machines.list(on: nil).unreachable == ["h1"])
        let again = try await world.machines.shutDown("h1", options(.refuse))
        #expect(again.operation == nil && again.since == shut.since, "it was down already")
        #expect(try await kinds(world) == [.hostUp, .hostMaintenance, .hostShutDown])

        world.simulator.switchOn("h1")
        try await eventually { try await kinds(world).count == 5 }
        #expect(try await kinds(world) == [.hostUp, .hostMaintenance, .hostShutDown, .hostUp, .hostMaintenance])
        #expect(try await host(world) == World.host("h1"), "neither mark nor maintenance")
        #expect(await world.watch.condition(of: "h1")?.state == .up)
        _ = try await world.machines.start("r1", on: "h1", waitFor: .address, waits: true)
        await world.watch.leave("h1")
    }

    @Test("each caller that finds the host down continues after the event is recorded, and there is one event")
    func recordedOnce() async throws {
        let world = try await made()
        let mark = ShutdownRecord(
            since: Date(), boot: try await world.simulator.boot(of: host(world)), liftsMaintenance: false)
        try await world.store.apply([.setShutdown(host: "h1", mark)])
        try await withThrowingTaskGroup(of: Bool.self) { group in
            // The event's record has to wait for these, and reads do not.
            for _ in 0..<100 {
                group.addTask {
                    try await world.store.apply([.setMaintenance(host: "h2", since: Date())])
                    return true
                }
            }
            for _ in 0..<20 {
                group.addTask {
                    await world.watch.wentDown("h1")
                    return try await kinds(world) == [.hostUp, .hostShutDown]
                }
            }
            for try await isRecorded in group { #expect(isRecorded) }
        }
        #expect(try await host(world).shutDown?.isDown == true)
        await world.watch.leave("h1")
    }

    @Test("evacuated first: machines run on elsewhere")
    func evacuated() async throws {
        let world = try await made(["r1", "r2"])
        let shut = try await world.machines.shutDown("h1", options(.evacuate))
        #expect(shut.machines.map(\.became.word) == ["moved", "moved"])
        #expect(try await world.store.fleet().machines.allSatisfy { $0.host != "h1" })
        #expect(try await world.disorder() == [])
        #expect(await world.watch.condition(of: "h1")?.state == .down)
        await world.watch.leave("h1")
    }

    @Test("a machine that cannot be moved keeps the host up, and is reported with the reason")
    func stays() async throws {
        let world = try await made()
        for host in ["h2", "h3"] { _ = try await world.hosts.setMaintenance(true, of: host) }
        let why = await refusal { try await world.machines.shutDown("h1", options(.evacuate)) }
        #expect(why?.code == .hostInUse && why?.machine == "r1")
        #expect(why?.reason.contains("'r1' (notEnoughMemory: ") == true, "\(why?.reason ?? "")")
        #expect(try await host(world) == World.host("h1"), "neither mark nor maintenance")
        #expect(world.simulator.host("h1").domains.values.map(\.isRunning) == [true])
        #expect(try await kinds(world) == [.hostUp, .hostMaintenance, .hostMaintenance])
        await world.watch.leave("h1")
    }

    @Test("a machine that does not stop keeps the host up; stopped machines are reported")
    func ignores() async throws {
        let world = try await made(["r1", "r2"])
        world.simulator.script([Fault(.perform, 1, .before, .refuse(Refusal(.timedOut, "it ignores it")))])
        var options = options(.stop)
        options.atOnce = 1
        let why = await refusal { try await world.machines.shutDown("h1", options) }
        #expect(why?.code == .hostInUse && why?.machine == "r1" && why?.operation != nil)
        #expect(why?.reason.contains("(timedOut: it ignores it)") == true)
        #expect(why?.reason.contains("moved or stopped before: r2") == true)
        #expect(try await host(world).maintenance == nil)
        await world.watch.leave("h1")
    }

    @Test("a failed shutdown leaves mark and maintenance as before", arguments: [false, true])
    func fails(wasInMaintenance: Bool) async throws {
        let world = try await made()
        if wasInMaintenance { _ = try await world.hosts.setMaintenance(true, of: "h1") }
        let before = try await host(world).maintenance
        // The steps: the machine's shutdown, the last check, the power-off.
        world.simulator.script([Fault(.perform, 3, .before, .refuse(Self.broke))])
        let why = await refusal { try await world.machines.shutDown("h1", options(.stop)) }
        #expect(why?.code == .shutdownFailed && why?.operation != nil)
        #expect(try await host(world).maintenance == before)
        #expect(try await host(world).shutDown == nil)
        #expect(await world.watch.condition(of: "h1")?.state == .up)
        #expect(try await kinds(world).contains(.hostShutDown) == false)
        _ = try await world.machines.shutDown("h1", options(.stop))
        #expect(try await host(world).shutDown != nil)
        world.simulator.switchOn("h1")
        try await eventually { try await host(world).shutDown == nil }
        let after = try await host(world).maintenance
        #expect((after != nil) == wasInMaintenance, "maintenance set by the shutdown ends with it")
        await world.watch.leave("h1")
    }

    @Test("maintenance requested while the host is down is kept when it is back")
    func keptMaintenance() async throws {
        let world = try await made([])
        _ = try await world.machines.shutDown("h1", options(.refuse))
        _ = try await world.hosts.setMaintenance(true, of: "h1")
        world.simulator.switchOn("h1")
        try await eventually { try await host(world).shutDown == nil }
        #expect(try await host(world).maintenance != nil)
        await world.watch.leave("h1")
    }

    @Test("an operation that uses the host comes first, and none begins on a host that is shutting down")
    func operations() async throws {
        let world = try await made()
        world.simulator.script([Fault(.perform, 1, .before, .hang)])
        let slow = try await world.machines.create(world.request("r2", address: "10.0.0.2"), waits: false)
        let why = await refusal { try await world.machines.shutDown("h1", options(.stop)) }
        #expect(why?.code == .hostInUse && why?.operation == slow.operation.text)
        #expect(try await host(world).maintenance == nil)
        try await world.book.cancel(slow.operation.text)
        try await eventually { try await world.store.unfinished().isEmpty }
        world.simulator.script([])
        _ = try await world.machines.shutDown("h1", options(.stop))
        let machine = try #require(try await world.store.fleet().machines.first)
        let late = Plan(
            service: "startVirtualMachine", subject: .machine(name: "r1", host: "h1"),
            StagedSteps([.startMachine(.init(id: machine.id, name: "r1"))], on: World.host("h1")), recovery: .undo)
        let refused = await refusal { try await world.operations.begin(late, as: OperationID("late")) }
        #expect(refused?.code == .hostShutDown)
        await world.watch.leave("h1")
    }

    @Test("a machine that starts at the last moment keeps the host up")
    func lastMoment() async throws {
        let world = try await World { _ in }
        world.simulator.change("h1") { $0.domains[MachineID("x")] = .init(name: "web", isRunning: true) }
        let plan = HostShutdown.plan(
            of: World.host("h1"), boot: HostBoot("simulated.1"), liftsMaintenance: true, now: Date())
        try await world.operations.begin(plan, as: OperationID("o1"))
        #expect(await refusal { try await world.operations.outcome(of: OperationID("o1")) }?.code == .hostInUse)
        #expect(world.simulator.host("h1").domains.values.map(\.isRunning) == [true])
        #expect(try await host(world).shutDown == nil)
    }

    @Test("a host that cannot be reached, or runs this server, is not touched")
    func notOffered() async throws {
        let world = try await made([])
        var own = World.host("own")
        own.uri = "qemu:///system"
        own.addresses = []
        try await world.store.apply([.insertHost(own)])
        #expect(await refusal { try await world.machines.shutDown("own", options(.refuse)) }?.code == .notOffered)
        world.simulator.silence("h2")
        #expect(await refusal { try await world.machines.shutDown("h2", options(.refuse)) }?.code == .hostUnreachable)
        var limited = options(.stop)
        limited.limits.bandwidthMiBps = 5
        #expect(await refusal { try await world.machines.shutDown("h1", limited) }?.subject == .machines)
        #expect(try await world.store.fleet().hosts.allSatisfy { $0.maintenance == nil })
        await world.watch.leave("h1")
    }

    @Test("a restarted server knows that the host is down, and reports it once")
    func restart() async throws {
        let world = try await made([])
        let shut = try await world.machines.shutDown("h1", options(.refuse))
        // Recorded after the event; a server that ended in between would report it again.
        try await eventually { try await host(world).shutDown?.isDown == true }
        await world.watch.leave("h1")
        try world.close()
        let next = try await World(after: world)
        await next.watch.attend(try await host(next))
        let condition = await next.watch.condition(of: "h1")
        #expect(condition?.state == .down)
        #expect(abs((condition?.since ?? Date()).timeIntervalSince(shut.since)) < 0.01)
        #expect(await refusal { try await next.hosts.status("h1") }?.code == .hostShutDown)
        next.simulator.switchOn("h1")
        try await eventually { try await kinds(next).count == 5 }
        #expect(try await kinds(next) == [.hostUp, .hostMaintenance, .hostShutDown, .hostUp, .hostMaintenance])
        await next.watch.leave("h1")
    }

    // The entries: the last check, the power-off, the end.
    @Test("the server ends at each entry: the next start resumes, and the host is shown correctly", arguments: 1...4)
    func crash(entries: Int) async throws {
        let stop = Stop(after: entries)
        let world = try await World { _ in await stop.reached() }
        let options = options(.refuse)
        let task = Task { try await world.machines.shutDown("h1", options) }
        try await eventually { await stop.isOver }
        task.cancel()
        try world.close()
        let next = try await World(after: world)
        #expect(try await host(next).shutDown != nil, "the mark was written first")
        try await next.operations.recover()
        #expect(try await next.recorded(in: nil, limit: 1).first?.state == .succeeded)
        await next.watch.attend(try await host(next))
        try await eventually { try await kinds(next).contains(.hostShutDown) }
        #expect(await next.watch.condition(of: "h1")?.state == .down)
        next.simulator.switchOn("h1")
        try await eventually { try await host(next).shutDown == nil }
        #expect(try await host(next).maintenance == nil)
        await next.watch.leave("h1")
    }

    @Test("a host that was switched on while the server was down is not switched off again")
    func switchedOn() async throws {
        let stop = Stop(after: 2)
        let world = try await World { _ in await stop.reached() }
        let options = options(.refuse)
        let task = Task { try await world.machines.shutDown("h1", options) }
        try await eventually { await stop.isOver }
        task.cancel()
        try world.close()
        world.simulator.switchOn("h1")
        let next = try await World(after: world)
        try await next.operations.recover()
        await next.watch.attend(try await host(next))
        try await eventually { await next.watch.condition(of: "h1")?.state == .up }
        #expect(try await host(next).shutDown == nil)
        #expect(try await host(next).maintenance == nil)
        await next.watch.leave("h1")
    }
}

extension Machines.Left.Became {
    fileprivate var word: String {
        switch self {
        case .moved: "moved"
        case .stopped: "stopped"
        case .off: "off"
        }
    }
}
