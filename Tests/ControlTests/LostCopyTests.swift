import Model
import Simulator
import Testing

@testable import Control

@Suite("Copies of images that are gone from a host's disk") struct LostCopyTests {
    private func world(_ change: @Sendable (inout SimulatedHost) -> Void) async throws -> World {
        let world = try await World()
        _ = try await world.machines.create(world.request(), waits: true)
        world.simulator.change("h1", change)
        return world
    }

    private static let volume = VolumeName(pool: "default", name: "vms-image-aa")

    @Test("a file that was removed is sent again, and only that file")
    func removed() async throws {
        let world = try await world { $0.volumes.remove(Self.volume) }
        let again = try await world.machines.create(world.request("r2", address: "10.0.0.2"), waits: true)
        #expect(again.plan.steps.filter { $0.name == "sendImage" }.count == 1)
        #expect(world.simulator.host("h1").volumes.contains(Self.volume))
        let third = try await world.machines.create(world.request("r3", address: "10.0.0.3"), waits: true)
        #expect(third.plan.steps.filter { $0.name == "sendImage" }.isEmpty, "its record is trusted again")
    }

    @Test("so is a truncated file; if nothing may be sent, the missing file is reported")
    func truncated() async throws {
        let world = try await world { $0.sizes[Self.volume] = 1 }
        var request = world.request("r2", address: "10.0.0.2")
        request.transfersDisk = false
        #expect(await refusal { try await world.machines.create(request, waits: true) }?.code == .imageNotOnHost)
        request.transfersDisk = true
        _ = try await world.machines.create(request, waits: true)
        #expect(world.simulator.host("h1").sizes[Self.volume] != 1)
    }
}
