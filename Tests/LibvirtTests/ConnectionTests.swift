import Glibc
import Testing

@testable import Libvirt

@Suite struct ConnectionTests {
    @Test func readsTheHostsFacts() async throws {
        try await TestHost.with { connection in
            #expect(try await connection.driverType() == "TEST")
            #expect(try await connection.hostName().isEmpty == false)
            #expect(try await connection.libVersion() >= Version(7, 0))
            #expect(try await connection.hypervisorVersion() == Version(number: 2))
            let host = try await connection.nodeInfo()
            #expect(host.model == "x86_64")
            #expect(host.memoryKiB == 8 << 20)
            #expect(host.cpus == 4)
            #expect(host.mhz == 2400)
            #expect((host.nodes, host.sockets, host.cores, host.threads) == (1, 1, 2, 2))
            #expect(try await connection.capabilitiesXML().contains("<capabilities>"))
            #expect(try await connection.uri().hasPrefix("test:///tmp/"))
            #expect(await connection.isAlive)
            #expect(!connection.isSuspect)
        }
    }

    @Test func readsTheFreeMemory() async throws {
        let connection = try await Connection.open("test:///default")
        #expect(try await connection.freeMemory() > 1 << 20)
        await connection.close()
    }

    @Test func closingLeavesNoReference() async throws {
        let scratch = try Scratch()
        let connection = try await Connection.open("test://\(try scratch.write("host.xml", TestHost.xml))")
        let events = try await connection.lifecycleEvents()
        let network = try await connection.network(named: "link")
        #expect(try await network.bridgeName() == "link0")
        _ = try await connection.domains()
        #expect(await connection.closeCountingReferences() == 0)
        #expect(connection.closed.reason == .client)
        #expect(await connection.closed.wait() == .client)
        #expect(await !connection.isAlive)
        for await event in events { Issue.record("an event on a closed connection: \(event)") }
        await #expect { try await connection.hostName() } throws: { $0 ~=~ .invalidConnection }
        await connection.close()
    }

    @Test func aConnectionWithoutReferencesCloses() async throws {
        var connection: Connection? = try await Connection.open("test:///default")
        let closed = try #require(connection?.closed)
        #expect(closed.reason == nil)
        connection = nil
        #expect(await closed.wait() == .client)
    }

    @Test func refusalsAreTyped() async throws {
        // No driver knows the scheme, so libvirt looks for a daemon that might, at a socket without a listener.
        await #expect {
            try await Connection.open("nosuch+unix:///system?socket=/nonexistent/socket")
        } throws: {
            $0 ~=~ .systemError
        }
        await #expect { try await Connection.open("test:///\0default") } throws: { $0 ~=~ .invalidArgument }
        try await TestHost.with { connection in
            await #expect { try await connection.domain(named: "nobody") } throws: { error in
                guard let error = error as? LibvirtError else { return false }
                return error.code == .noDomain && error.domain != 0 && error.call == "virDomainLookupByName"
                    && error.description.contains("noDomain")
            }
            await #expect { try await connection.network(named: "nothing") } throws: { $0 ~=~ .noNetwork }
            await #expect { try await connection.storagePool(named: "nothing") } throws: { $0 ~=~ .noStoragePool }
            await #expect { try await connection.volume(path: "/nothing") } throws: { $0 ~=~ .noStorageVolume }
            await #expect { try await connection.defineDomain(xml: "<domain") } throws: { $0 ~=~ .xmlDetail }
            await #expect { try await connection.defineDomain(xml: "<a\0>") } throws: { $0 ~=~ .invalidArgument }
            let stopped = try await connection.domain(named: "first")
            try await stopped.destroy()
            do {
                try await stopped.destroy()
                Issue.record("a stopped domain was stopped")
            } catch LibvirtError.Code.operationInvalid {
                // As in the documentation of `LibvirtError`.
            }
        }
    }

    @Test func aReadOnlyConnectionChangesNothing() async throws {
        let connection = try await Connection.open("test:///default", readOnly: true)
        await #expect {
            try await connection.defineDomain(xml: TestHost.domain(named: "x"))
        } throws: {
            $0 ~=~ .operationDenied
        }
        await connection.close()
    }

    @Test func aSilentHostCostsTheDeadlineOnly() async throws {
        let silent = try SilentServer()
        let uri = "test+unix:///default?socket=\(silent.path)"
        let error = await #expect(throws: LibvirtError.self) {
            try await Connection.open(uri, deadline: .milliseconds(200))
        }
        #expect(error?.code == .operationTimeout)
        // The thread stays with the call until the server ends; other hosts are not affected.
        let other = try await TestHost.with { connection in try await connection.driverType() }
        #expect(other == "TEST")
        // More callers than concurrent openings are allowed: they time out as well.
        let codes = await withTaskGroup(of: LibvirtError.Code?.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do throws(LibvirtError) {
                        _ = try await Connection.open(uri, deadline: .milliseconds(200))
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes == Array(repeating: .operationTimeout, count: 20))
    }

    @Test func manyConnectionsAtOnce() async throws {
        let scratch = try Scratch()
        let uri = "test://\(try scratch.write("host.xml", TestHost.xml))"
        let names = try await withThrowingTaskGroup(of: String?.self) { group in
            for index in 0..<200 {
                group.addTask {
                    let connection = try await Connection.open(uri, deadline: .seconds(60))
                    try await connection.defineDomain(xml: TestHost.domain(named: "d\(index)"))
                    let found = try await connection.domains().map(\.name).sorted()
                    let left = await connection.closeCountingReferences()
                    return left == 0 && found == ["d\(index)", "first"] ? found.first : nil
                }
            }
            return try await group.reduce(into: Set<String>()) { if let name = $1 { $0.insert(name) } }
        }
        #expect(names.count == 200)
    }
}
