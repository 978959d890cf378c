import Model
import Simulator
import Testing

@testable import Control

/// A fault at every step, before and after its effect: the hosts are as before, and the operation has the reason.
@Suite("A fault at every step")
struct FaultMatrixTests {
    static let down = Refusal(.hypervisorFailed, "the host broke")
    static let cases = Fault.Moment.allCases.flatMap { moment in (1...7).map { (moment, $0) } }

    private func scriptFault(_ world: World, _ moment: Fault.Moment, _ number: Int) {
        world.simulator.script([Fault(.perform, number, moment, .refuse(Self.down))])
    }

    private func last(_ world: World) async throws -> Model.Operation {
        try #require(try await world.recorded(in: nil, limit: 1).first)
    }

    @Test("create: nothing is left, and the same call succeeds afterwards", arguments: cases)
    func create(moment: Fault.Moment, number: Int) async throws {
        let world = try await World()
        scriptFault(world, moment, number)
        let refused = await refusal { try await world.machines.create(world.request(), waits: true) }
        #expect(refused?.code == .hypervisorFailed && refused?.reason == "the host broke")
        #expect(refused?.host == "h1" && refused?.machine == "r1" && refused?.operation != nil)
        #expect(try await world.leftovers() == [])
        let operation = try await last(world)
        #expect(operation.state == .failed && operation.failure?.code == .hypervisorFailed)
        world.simulator.script([])
        _ = try await world.machines.create(world.request(), waits: true)
        #expect(world.simulator.host("h1").domains.values.map(\.isRunning) == [true])
    }

    @Test(
        "create from a disk of the host: only that disk is left",
        arguments: Fault.Moment.allCases.flatMap { moment in (1...5).map { (moment, $0) } })
    func createFromDisk(moment: Fault.Moment, number: Int) async throws {
        let world = try await World()
        let request = world.requestOfDisk()
        scriptFault(world, moment, number)
        #expect(await refusal { try await world.machines.create(request, waits: true) }?.code == .hypervisorFailed)
        #expect(try await world.leftovers() == [])
        #expect(world.simulator.host("h1").volumes.map(\.name) == ["given.img"])
    }

    @Test(
        "destroy: the record stays while parts exist, and a second call removes them",
        arguments: Fault.Moment.allCases.flatMap { moment in (1...3).map { (moment, $0) } })
    func destroy(moment: Fault.Moment, number: Int) async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        scriptFault(world, moment, number)
        #expect(
            await refusal { try await world.machines.destroy("r1", on: "h1", waits: true) }?.code == .hypervisorFailed)
        #expect(try await world.store.fleet().machines.map(\.name) == ["r1"])
        world.simulator.script([])
        _ = try await world.machines.destroy("r1", on: "h1", waits: true)
        #expect(try await world.leftovers() == [])
    }

    @Test("shutdown and start: the desired state changes only with success", arguments: Fault.Moment.allCases)
    func shutdownAndStart(moment: Fault.Moment) async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        scriptFault(world, moment, 1)
        #expect(
            await refusal { try await world.machines.shutdown("r1", on: "h1", seconds: 5, waits: true) } != nil)
        #expect(try await world.store.fleet().machines.map(\.asked) == [.running])
        world.simulator.script([])
        if world.simulator.host("h1").domains.values.contains(where: \.isRunning) {
            _ = try await world.machines.shutdown("r1", on: "h1", seconds: 5, waits: true)
        }
        for number in 1...3 {
            scriptFault(world, moment, number)
            let refused = await refusal {
                try await world.machines.start("r1", on: "h1", waitFor: .address, waits: true)
            }
            #expect(refused?.code == .hypervisorFailed)
            #expect(world.simulator.host("h1").domains.values.map(\.isRunning) == [false])
        }
        #expect(try await world.agrees())
    }

    @Test("a weight that could not be set keeps its old value", arguments: Fault.Moment.allCases)
    func scheduler(moment: Fault.Moment) async throws {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        scriptFault(world, moment, 1)
        let refused = await refusal {
            try await world.machines.setScheduler("r1", on: "h1", weight: 512, cap: nil, waits: true)
        }
        #expect(refused?.code == .hypervisorFailed)
        #expect(world.simulator.host("h1").domains.values.map { $0.scheduler["cpu_shares"] } == [.uint64(1024)])
    }

    @Test("a failed undo leaves the operation stuck; retry and accept both end it", arguments: [true, false])
    func stuck(retry: Bool) async throws {
        let world = try await World()
        world.simulator.script([
            Fault(.perform, 6, .after, .refuse(Self.down)), Fault(.undo, 1, .before, .refuse(Self.down), times: 2),
        ])
        let refused = await refusal { try await world.machines.create(world.request(), waits: true) }
        #expect(refused?.code == .operationStuck)
        #expect(refused?.reason.contains("undoing start failed too") == true)
        let operation = try await last(world)
        #expect(operation.state == .stuck && operation.failure?.code == .hypervisorFailed)
        #expect(await refusal { try await world.machines.destroy("r1", on: "h1", waits: true) }?.code == .machineBusy)
        _ = try await world.operations.resolve(operation.id, retry: true)
        #expect(try await last(world).state == .stuck, "the second attempt fails as well")
        try await world.operations.resolve(operation.id, retry: retry)
        let end = try await last(world)
        #expect(end.state == .failed && end.failure?.code == .hypervisorFailed)
        if retry { #expect(try await world.leftovers() == []) }
    }

    @Test("a host that is lost in the middle: undone when it answers again, without a request")
    func lostHost() async throws {
        let world = try await World()
        let watch = world.watch
        await watch.attend(World.host("h1"))
        _ = try await world.hosts.events(after: 0, on: "h1", limit: 1, patience: .seconds(30))
        world.simulator.script([Fault(.perform, 6, .after, .hang)])
        let answer = try await world.machines.create(world.request(), waits: false)
        try await eventually { world.simulator.host("h1").domains.values.contains(where: \.isRunning) }
        world.simulator.silence("h1")
        try world.operations.cancel(answer.operation)
        let refused = await refusal { try await world.operations.outcome(of: answer.operation) }
        #expect(refused?.code == .operationStuck && refused?.reason.contains("when the host answers again") == true)
        world.simulator.restore("h1")
        try await eventually { try await last(world).state == .failed }
        #expect(try await world.leftovers() == [])
        await watch.leave("h1")
    }
}
