import Testing

@testable import Libvirt

/// A daemon that accepts connections, and in which calls never return.
@Suite struct HungConnectionTests {
    @Test func hungConnectionsAreLimited() async throws {
        // A URI of its own, because other tests open connections, too.
        let uri = "test:///default?hangs=1"
        let gate = Semaphore()
        var calls: [Task<Void, any Error>] = []
        for _ in 0..<HungConnections.most {
            let connection = try await Connection.open(uri, callDeadline: .milliseconds(20))
            let begun = OneShot<Void>()
            calls.append(
                Task {
                    try await connection.perform("hangs", bounded: false) { _ in
                        begun.set(())
                        _ = gate.sleep(atMost: nil)
                    }
                })
            _ = await begun.wait()
            await connection.close()
        }
        await #expect {
            _ = try await Connection.open(uri)
        } throws: {
            $0 ~=~ .operationTimeout
        }
        for call in calls {
            gate.wake()
            _ = await call.result
        }
        while HungConnections.count(uri) > 0 { await Task.yield() }
        let connection = try await Connection.open(uri)
        #expect(await connection.isAlive)
        await connection.close()
        #expect(HungConnections.count(uri) == 0)
    }

    @Test func aProbeDoesNotWaitForCallsThatHang() async throws {
        let connection = try await Connection.open("test:///default?hangs=2", callsInFlight: 1)
        let (gate, begun) = (Semaphore(), OneShot<Void>())
        let hangs = Task {
            try await connection.perform("hangs") { _ in
                begun.set(())
                _ = gate.sleep(atMost: nil)
            }
        }
        _ = await begun.wait()
        #expect(await connection.answers(within: .seconds(30)))
        gate.wake()
        try await hangs.value
        await connection.close()
        #expect(await !connection.answers(within: .seconds(30)))
    }
}
