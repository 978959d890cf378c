import Model
import Simulator
import Testing

@testable import Control

/// A caller that stopped waiting repeats its request, or reads the status.
@Suite("An unfinished operation")
struct UnfinishedTests {
    private func network() -> NetworkRequest {
        NetworkRequest(
            name: "n1",
            routers: [.init(name: "r1", host: "h1", memoryMiB: 96), .init(name: "r2", host: "h2", memoryMiB: 96)],
            links: [.init(name: "lan", ends: [.init(router: "r1"), .init(router: "r2")])])
    }

    @Test("a machine that is being created is busy, and is shown as being created")
    func machine() async throws {
        let world = try await World()
        world.simulator.script([Fault(.perform, 1, .before, .hang)])
        let answer = try await world.machines.create(world.request(), waits: false)
        let again = await refusal { try await world.machines.create(world.request(), waits: true) }
        #expect(again?.code == .machineBusy && again?.operation == answer.operation.text)
        #expect(again?.subject == .machineName && again?.reason.contains(answer.operation.text) == true)
        let elsewhere = await refusal { try await world.machines.create(world.request(on: "h2"), waits: true) }
        #expect(elsewhere?.code == .machineBusy && elsewhere?.operation == answer.operation.text)
        let status = try await world.machines.status("r1", on: "h1")
        #expect(status.isBeingCreated && status.observed == nil)
        #expect(try await world.machines.list(on: nil).lines.map(\.isBeingCreated) == [true])
        try world.operations.cancel(answer.operation)
        _ = await refusal { try await world.operations.outcome(of: answer.operation) }
        world.simulator.script([])
        _ = try await world.machines.create(world.request(), waits: true)
        let taken = await refusal { try await world.machines.create(world.request(), waits: true) }
        #expect(taken?.code == .machineNameTaken && taken?.operation == nil, "it exists by now")
        #expect(try await world.machines.list(on: nil).lines.map(\.isBeingCreated) == [false])
    }

    @Test("a network as well, with its routers' names and changes of it")
    func network() async throws {
        let world = try await World()
        world.simulator.script([Fault(.perform, 2, .before, .hang)])
        let answer = try await world.networks.create(network(), waits: false)
        let status = try await world.networks.status("n1")
        #expect(status.making == ["r1", "r2"] && status.doubts == ["lan": "router 'r1' is being created"])
        let again = await refusal { try await world.networks.create(network(), waits: true) }
        #expect(again?.code == .machineBusy && again?.subject == .networkName)
        let router = await refusal { try await world.machines.create(world.request(), waits: true) }
        #expect(router?.code == .machineBusy && router?.subject == .machineName)
        let change = await refusal { try await world.networks.apply(network(), plan: nil, waits: true) }
        #expect(change?.code == .machineBusy)
        for refused in [again, router, change] { #expect(refused?.operation == answer.operation.text) }
        try world.operations.cancel(answer.operation)
    }

    @Test("a network that is being undone names the operation")
    func undone() async throws {
        let world = try await World()
        let down = Refusal(.hypervisorFailed, "the host broke")
        world.simulator.script([
            Fault(.perform, 3, .before, .refuse(down)), Fault(.undo, 1, .before, .refuse(down), times: 9),
        ])
        let refused = await refusal { try await world.networks.create(network(), waits: true) }
        #expect(refused?.code == .operationStuck)
        let operation = try #require(try await world.recorded(in: nil, limit: 1).first)
        let again = await refusal { try await world.networks.create(network(), waits: true) }
        #expect(again?.code == .machineBusy && again?.operation == operation.id.text)
        #expect(again?.reason.contains("resolve it first") == true)
    }
}
