import FoundationEssentials
import Model
import Simulator
import Testing

@testable import Control

/// Consoles of simulated machines.
@Suite("Consoles")
struct ConsoleTests {
    /// A world with a machine r1 on h1, whose hosts are watched.
    private func made() async throws -> World {
        let world = try await World()
        world.simulator.live(pace: nil)
        for host in World.hosts { await world.watch.attend(World.host(host)) }
        _ = try await world.machines.create(world.request(), waits: true)
        return world
    }

    private func consoles(_ world: World, pause: Duration = .seconds(60)) -> Consoles {
        Consoles(world.context, pause: pause)
    }

    private static let r1 = "r1"

    private func type(_ text: String, _ world: World, as user: String = "alice", sequence: Int64? = nil) async throws {
        try await consoles(world).send(
            Array(text.utf8), to: Self.r1, as: user, key: user, sequence: sequence, takesOver: false)
    }

    /// Reads until the text appears.
    ///
    /// - Returns: the bytes as text, and the notes.
    private func read(_ reader: ConsoleReader, until text: String) async -> (text: String, notes: [ConsoleNote]) {
        var (bytes, notes) = ([UInt8](), [ConsoleNote]())
        while !String(decoding: bytes, as: UTF8.self).contains(text) {
            guard let pieces = await reader.next(atMost: 1 << 20, within: .seconds(20)), !pieces.isEmpty else { break }
            for piece in pieces {
                bytes += piece.bytes
                if case .note(let note) = piece.content { notes.append(note) }
            }
        }
        return (String(decoding: bytes, as: UTF8.self), notes)
    }

    @Test("What is typed is answered, for every reader")
    func echo() async throws {
        let world = try await made()
        let readers = try await [
            consoles(world).reader(of: Self.r1, from: .start), consoles(world).reader(of: Self.r1, from: .start),
        ]
        try await type("uptime\r", world)
        for reader in readers {
            let seen = await read(reader, until: "# ")
            #expect(seen.text == "uptime\r\n# ")
            #expect(seen.notes == [.opened(host: "h1"), .writer("alice")])
        }
    }

    @Test("A migration: nothing is missing, and readers learn where the machine is")
    func moved() async throws {
        let world = try await made()
        let reader = try await consoles(world).reader(of: Self.r1, from: .start)
        try await type("before\r", world)
        _ = await read(reader, until: "# ")
        // A move takes some time, as on real hosts.
        world.simulator.live(pace: SimulatedPace(speed: 20))
        _ = try await world.machines.migrate("r1", from: "h1", to: "h2", isLive: true, waits: true)
        try await eventually {
            try await type("after\r", world)
            return true
        }
        let seen = await read(reader, until: "# ")
        #expect(seen.text == "after\r\n# ")
        #expect(seen.notes == [.moved(from: "h1", to: "h2")])
    }

    @Test("A restart of the machine: what may be missing is marked")
    func restarted() async throws {
        let world = try await made()
        let reader = try await consoles(world).reader(of: Self.r1, from: .start)
        try await type("x\r", world)
        _ = await read(reader, until: "# ")
        _ = try await world.machines.shutdown("r1", on: "h1", seconds: 1, waits: true)
        let refused = await refusal { try await type("y\r", world) }
        #expect(refused?.code == .machineNotRunning)
        _ = try await world.machines.start("r1", on: "h1", waitFor: .started, dropsSaved: false, waits: true)
        try await eventually {
            do {
                try await type("y\r", world)
                return true
            } catch let refusal as Refusal where refusal.code == .machineNotRunning {
                return false
            }
        }
        let seen = await read(reader, until: "# ")
        #expect(seen.text == "y\r\n# ")
        let kinds = seen.notes.map { note in
            switch note {
            case .closed: "closed"
            case .gap(bytes: nil): "gap"
            case .opened(host: "h1"): "opened"
            default: "\(note)"
            }
        }
        #expect(kinds.first == "closed" && Array(kinds.suffix(2)) == ["gap", "opened"])
    }

    @Test("Nothing is typed on a machine that is paused: its host would wait for it")
    func paused() async throws {
        let world = try await made()
        try await type("x\r", world)
        _ = try await world.machines.pause("r1", on: "h1", waits: true)
        try await eventually {
            await refusal { try await type("y", world) }?.code == .machineNotRunning
        }
    }

    @Test("One program types at a time; a message is typed once")
    func writers() async throws {
        let world = try await made()
        let reader = try await consoles(world).reader(of: Self.r1, from: .start)
        try await type("a", world, sequence: 1)
        try await type("a", world, sequence: 1)
        try await type("b", world, sequence: 2)
        let refused = await refusal { try await type("c", world, as: "bob") }
        #expect(refused?.code == .machineBusy && refused?.reason.contains("alice") == true)
        try await consoles(world).send(
            Array("d\r".utf8), to: Self.r1, as: "bob", key: "1", sequence: 1, takesOver: true)
        let seen = await read(reader, until: "# ")
        #expect(seen.text == "abd\r\n# ")
        #expect(seen.notes == [.opened(host: "h1"), .writer("alice"), .writer("bob")])
    }

    @Test("A reader that stops reading delays no other one, and learns the number of missing bytes")
    func stalled() async throws {
        let world = try await made()
        let stalled = try await consoles(world).reader(of: Self.r1, from: .start)
        let reader = try await consoles(world).reader(of: Self.r1, from: .start)
        _ = await stalled.next(atMost: 1, within: .seconds(20))
        try await type("flood 1000000\r", world)
        let seen = await read(reader, until: "# ")
        #expect(seen.text.hasSuffix("..\r\n# "))
        let late = await read(stalled, until: "# ")
        let missing = late.notes.compactMap { if case .gap(let bytes) = $0 { bytes } else { nil } }
        #expect(missing.count == 1 && missing[0] + Int64(late.text.utf8.count) == 1_000_000 + 15 + 4)
    }

    @Test("Reading by calls: the position goes on, and a text is awaited")
    func calls() async throws {
        let world = try await made()
        let first = try await consoles(world).read(Self.r1, from: .start, within: .zero, until: [])
        try await type("show\r", world)
        let place = try #require(ConsolePlace(first.next))
        let answer = try await consoles(world).read(
            Self.r1, from: place, within: .seconds(20), until: [Array("# ".utf8)])
        #expect(answer.isFound && answer.pieces.flatMap(\.bytes) == Array("show\r\n# ".utf8))
        let behind = try #require(ConsolePlace(answer.next))
        let nothing = try await consoles(world).read(
            Self.r1, from: behind, within: .milliseconds(1), until: [Array("never".utf8)])
        #expect(!nothing.isFound && nothing.pieces.isEmpty && nothing.next == answer.next)
    }

    @Test("A session ends some time after its last user, and with its machine")
    func ends() async throws {
        let world = try await made()
        let reader = try await consoles(world, pause: .milliseconds(1)).reader(of: Self.r1, from: .start)
        #expect(world.context.consoles.count == 1)
        reader.close()
        try await eventually { world.context.consoles.count == 0 }
        let other = try await consoles(world).reader(of: Self.r1, from: .end)
        _ = try await world.machines.destroy("r1", on: "h1", leavesNetwork: false, waits: true)
        while await other.next(atMost: 1000, within: .seconds(20)) != nil {}
        try await eventually { world.context.consoles.count == 0 }
        let refused = await refusal { try await consoles(world).reader(of: Self.r1, from: .end) }
        #expect(refused?.code == .machineNotFound)
    }

    @Test("A host that is lost, and comes back")
    func lost() async throws {
        let world = try await made()
        let reader = try await consoles(world).reader(of: Self.r1, from: .start)
        try await type("x\r", world)
        _ = await read(reader, until: "# ")
        world.simulator.silence("h1")
        let refused = await refusal { try await type("y", world) }
        #expect(refused?.code == .machineNotRunning)
        world.simulator.restore("h1")
        try await eventually {
            await refusal { try await type("z\r", world) } == nil
        }
        let seen = await read(reader, until: "# ")
        #expect(seen.notes.contains(.gap(bytes: nil)) && seen.text == "z\r\n# ")
    }
}
