import Synchronization
import Testing

@testable import Libvirt

@Suite struct SessionTests {
    /// Opens or fails as told, and counts.
    private final class Door: Sendable {
        private let state = Mutex((isOpen: true, count: 0))

        var count: Int { state.withLock { $0.count } }

        func set(open: Bool) { state.withLock { $0.isOpen = open } }

        func open() async throws(LibvirtError) -> Connection {
            let isOpen = state.withLock { state in
                state.count += 1
                return state.isOpen
            }
            guard isOpen else { throw LibvirtError(.noConnect, "the door is shut", call: "test") }
            return try await Connection.open("test:///default")
        }
    }

    @Test func manyCallersShareOneOpening() async throws {
        let door = Door()
        let session = Session("test:///default") { () async throws(LibvirtError) in try await door.open() }
        #expect(door.count == 0)
        let types = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 {
                group.addTask { try await session.withConnection { try await $0.driverType() } }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(types == Array(repeating: "TEST", count: 50))
        #expect(door.count == 1)
        await session.end()
    }

    @Test func aClosedConnectionIsReplaced() async throws {
        let door = Door()
        let session = Session("test:///default") { () async throws(LibvirtError) in try await door.open() }
        let first = try await session.connection()
        await first.close()
        let second = try await session.connection()
        #expect(second !== first)
        #expect(door.count == 2)
        await session.end()
        #expect(second.closed.reason == .client)
    }

    @Test func anErrorKeepsTheConnection() async throws {
        let door = Door()
        let session = Session("test:///default") { () async throws(LibvirtError) in try await door.open() }
        await #expect {
            try await session.withConnection { try await $0.domain(named: "nobody") }
        } throws: {
            $0 ~=~ .noDomain
        }
        _ = try await session.connection()
        #expect(door.count == 1)
        await session.end()
    }

    @Test func whileItPausesTheLastErrorComesAtOnce() async throws {
        let door = Door()
        door.set(open: false)
        let session = Session("test:///default") { () async throws(LibvirtError) in try await door.open() }
        // The pauses after the first three failures are 0.1, 0.2 and 0.4 s; callers in between do not open.
        var tries = 0
        while door.count < 4 {
            await #expect { try await session.connection() } throws: { $0 ~=~ .noConnect }
            tries += 1
        }
        #expect(tries > 4)
        #expect(await session.lastError?.code == .noConnect)
        door.set(open: true)
        while await session.lastError != nil {
            _ = try? await session.connection()
        }
        #expect(door.count == 5)
        await session.end()
    }
}
