import FoundationEssentials
import Testing

@testable import Libvirt

/// Data that a driver keeps of a domain beside its definition: saved memory, snapshots, checkpoints, another name.
@Suite struct KeepingTests {
    @Test func savedMemory() async throws {
        try await TestHost.with { connection in
            let domain = connection.domain(try await connection.defineDomain(xml: TestHost.domain(named: "second")))
            try await domain.start()
            #expect(try await !domain.hasManagedSave())
            try await domain.managedSave()
            #expect(try await domain.hasManagedSave())
            #expect(try await domain.state().state == .shutOff)
            try await domain.removeManagedSave()
            #expect(try await !domain.hasManagedSave())
            try await domain.start()
            try await domain.managedSave()
            try await domain.start()
            #expect(try await !domain.hasManagedSave(), "its start resumes from it")
            try await domain.managedSave()
            try await domain.undefine()
            await #expect { try await domain.state() } throws: { $0 ~=~ .noDomain }
        }
    }

    @Test func anotherName() async throws {
        try await TestHost.with { connection in
            let domain = connection.domain(try await connection.defineDomain(xml: TestHost.domain(named: "second")))
            try await domain.rename("other")
            #expect(try await connection.domain(named: "other").uuid == domain.uuid)
            #expect(try await domain.identity().name == "other")
        }
    }

    @Test func snapshotsAndCheckpoints() async throws {
        try await TestHost.with { connection in
            let domain = connection.domain(try await connection.defineDomain(xml: TestHost.domain(named: "second")))
            try await domain.start()
            #expect(try await domain.snapshotNames() == [])
            #expect(try await domain.checkpointNames() == [])
        }
    }
}
