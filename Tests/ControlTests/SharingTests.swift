import Model
import Simulator
import Testing

@testable import Control

@Suite("Several concurrent callers")
struct SharingTests {
    @Test("of ten concurrent creates of one name, one succeeds")
    func oneName() async throws {
        let world = try await World()
        let codes = await withTaskGroup(of: Refusal.Code?.self) { group in
            for number in 1...10 {
                group.addTask {
                    await refusal {
                        try await world.machines.create(world.request(address: "10.0.0.\(number)"), waits: true)
                    }?.code
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1)
        #expect(codes.compactMap { $0 }.allSatisfy { [.machineNameTaken, .machineBusy].contains($0) })
        #expect(world.simulator.host("h1").domains.count == 1)
        #expect(try await world.agrees())
    }

    @Test("twenty machines of one image: each of its two files is sent once")
    func oneTransfer() async throws {
        let world = try await World()
        let refused = await withTaskGroup(of: Refusal?.self) { group in
            for number in 1...20 {
                group.addTask {
                    await refusal {
                        try await world.machines.create(
                            world.request("r\(number)", address: "10.0.0.\(number)"), waits: true)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refused.compactMap { $0 } == [])
        #expect(world.simulator.transfers == 2)
        #expect(world.simulator.host("h1").domains.count == 20)
    }

    @Test("a host that hangs delays no call about another; cancelling ends the wait and undoes", arguments: 1...7)
    func hangingHost(step: Int) async throws {
        let world = try await World()
        world.simulator.script([Fault(.perform, step, .before, .hang)])
        let hanging = try await world.machines.create(world.request(), waits: false)
        try await eventually {
            try await world.book.operation(hanging.operation.text).operation.done == step - 1
        }
        _ = try await world.machines.create(world.request("r2", on: "h2", address: "10.0.0.2"), waits: true)
        try world.operations.cancel(hanging.operation)
        let refused = await refusal { try await world.operations.outcome(of: hanging.operation) }
        #expect(refused?.code == .cancelled)
        #expect(try await world.leftovers(on: ["h1"]) == [])
        #expect(world.simulator.host("h2").domains.count == 1)
    }
}
