import FoundationEssentials
import Testing

@testable import Libvirt

@Suite struct DomainTests {
    @Test func goesThroughItsLifecycle() async throws {
        try await TestHost.with { connection in
            let identity = try await connection.defineDomain(xml: TestHost.domain(named: "second"))
            #expect(identity.id == nil)
            let domain = connection.domain(identity)
            #expect(try await domain.state().state == .shutOff)
            #expect(try await domain.isPersistent())
            try await domain.start()
            #expect(try await domain.state().state == .running)
            #expect(try await domain.identity().id != nil)
            #expect(try await domain.isActive())
            try await domain.suspend()
            #expect(try await domain.state().state == .paused)
            try await domain.resume()
            try await domain.reboot()
            #expect(try await domain.state().state == .running)
            let info = try await domain.info()
            #expect(info.state == .running)
            #expect(info.maximumMemoryKiB == 65536)
            #expect(info.virtualCPUs == 1)
            try await domain.setMemory(kiB: 32768)
            #expect(try await domain.info().memoryKiB == 32768)
            #expect(try await domain.maximumVirtualCPUs() >= 1)
            #expect(try await domain.osType() == "linux")
            try await domain.shutdown()
            #expect(try await domain.state().state == .shutOff)
            // This driver cannot start a domain paused, and reports so.
            await #expect { try await domain.start(paused: true) } throws: { $0 ~=~ .invalidArgument }
            try await domain.start()
            try await domain.destroy()
            await #expect { try await domain.destroy() } throws: { $0 ~=~ .operationInvalid }
            try await domain.undefine()
            await #expect { try await domain.state() } throws: { $0 ~=~ .noDomain }
        }
    }

    @Test func aTransientDomainDisappearsWhenItStops() async throws {
        try await TestHost.with { connection in
            let identity = try await connection.createDomain(xml: TestHost.domain(named: "fleeting"))
            #expect(try await !connection.domain(identity).isPersistent())
            #expect(try await connection.domains(.transient).map(\.name) == ["fleeting"])
            try await connection.domain(identity).destroy()
            await #expect { try await connection.domain(uuid: identity.uuid) } throws: { $0 ~=~ .noDomain }
        }
    }

    @Test func listsAndFilters() async throws {
        try await TestHost.with { connection in
            let uuid = try #require(UUID(uuidString: "11111111-2222-3333-4444-555555555555"))
            try await connection.defineDomain(xml: TestHost.domain(named: "second"))
            #expect(Set(try await connection.domains().map(\.name)) == ["first", "second"])
            let active = try await connection.domains(.active)
            #expect(active.map(\.uuid) == [uuid])
            #expect(active.first?.id != nil)
            #expect(try await connection.domains(.inactive).map(\.name) == ["second"])
            #expect(try await connection.domain(uuid: uuid).name == "first")
        }
    }

    @Test(arguments: [
        "plain", "with space", "dots.and-dashes_", "a&b", "<b>bold</b>", "quote\"'", "naïve ☃ 日本", "]]>", "$(reboot)",
        "-n", "%s%n",
    ])
    func namesStayWhatTheyAre(_ name: String) async throws {
        // libvirt accepts no slash in a name: the refusal is typed. Every other name comes back unchanged.
        try await TestHost.with { connection in
            let xml = TestHost.domain(named: xmlEscaped(name))
            if name.contains("/") {
                await #expect { try await connection.defineDomain(xml: xml) } throws: { $0 ~=~ .xmlError }
                return
            }
            let identity = try await connection.defineDomain(xml: xml)
            #expect(identity.name == name)
            #expect(try await connection.domain(named: name).uuid == identity.uuid)
            #expect(try await connection.domain(identity).xml(.inactive).contains("<name>"))
        }
    }

    @Test func keepsMetadata() async throws {
        try await TestHost.with { connection in
            let domain = try await connection.domain(named: "first")
            let namespace = "urn:example:mark"
            #expect(try await domain.metadata(namespace) == nil)
            try await domain.setMetadata("<mark who='a&amp;b'/>", namespace: namespace, prefix: "m")
            let mark = try await domain.metadata(namespace)
            #expect(mark?.contains("who=\"a&amp;b\"") == true || mark?.contains("who='a&amp;b'") == true)
            #expect(try await domain.metadata(namespace, scope: .configuration) == mark)
            #expect(try await domain.metadata("urn:example:other") == nil)
            try await domain.setMetadata(nil, namespace: namespace, prefix: "m")
            #expect(try await domain.metadata(namespace) == nil)
        }
    }

    @Test func schedulesByParameters() async throws {
        try await TestHost.with { connection in
            let domain = try await connection.domain(named: "first")
            #expect(try await domain.schedulerType() == "fair")
            #expect(try await domain.schedulerParameters() == ["weight": .uint32(50)])
            try await domain.setSchedulerParameters(["weight": .uint32(256)])
            #expect(try await domain.schedulerParameters()["weight"]?.integer != nil)
            await #expect {
                try await domain.setSchedulerParameters(["weight": .string("heavy")])
            } throws: {
                $0 ~=~ .invalidArgument
            }
            await #expect {
                try await domain.setSchedulerParameters(["nonsense": .uint32(1)])
            } throws: {
                $0 ~=~ .argumentUnsupported || $0 ~=~ .invalidArgument
            }
        }
    }

    @Test func startsWithTheHost() async throws {
        try await TestHost.with { connection in
            let domain = try await connection.domain(named: "first")
            #expect(try await !domain.autostart())
            try await domain.setAutostart(true)
            #expect(try await domain.autostart())
            #expect(try await connection.domains(.autostart).map(\.name) == ["first"])
        }
    }

    @Test func eventsArriveInOrder() async throws {
        try await TestHost.with { connection in
            let events = try await connection.lifecycleEvents()
            let identity = try await connection.defineDomain(xml: TestHost.domain(named: "watched"))
            let domain = connection.domain(identity)
            try await domain.start()
            try await domain.suspend()
            try await domain.resume()
            try await domain.destroy()
            try await domain.undefine()
            var kinds: [DomainEvent.Kind?] = []
            for await event in events where event.domain.uuid == identity.uuid {
                #expect(event.domain.name == "watched")
                kinds.append(event.kind)
                if event.kind == .undefined { break }
            }
            #expect(kinds == [.defined, .started, .suspended, .resumed, .stopped, .undefined])
        }
    }
}
