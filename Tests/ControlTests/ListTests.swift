import Foundation
import Model
import Simulator
import Testing

@testable import Control

/// Paged lists of machines: recorded ones, and those that only their hosts know.
@Suite("Lists of machines in pages")
struct ListTests {
    /// Three hosts with four machines of ours and a foreign one each; one is off, one renamed, one missing.
    private static func world() async throws -> World {
        let world = try await World()
        for number in 0..<12 { try await add("m\(10 + number * 7 % 12)", number, to: world) }
        for host in World.hosts {
            world.simulator.change(host) { $0.domains[MachineID("x-\(host)")] = .init(name: "web", isRunning: true) }
        }
        let ids = try await world.store.fleet().machines(on: "h2").map(\.id)
        world.simulator.change("h2") { host in
            host.domains[ids[0]]?.isRunning = false
            host.domains[ids[1]]?.name = "another"
            host.domains[ids[2]] = nil
        }
        return world
    }

    private static func add(_ name: String, _ number: Int, to world: World) async throws {
        let host = World.hosts[number % 3]
        let machine = Machine(
            id: MachineID("id-\(name)"), name: name, host: host, asked: .running, address: nil, mac: nil, bridge: nil,
            memoryMiB: Int64(64 + number % 2), vcpus: 1, image: "rip", note: nil, created: Date(), volumes: [],
            adopted: false, bootSeconds: 1)
        try await world.store.apply([.insertMachine(machine)])
        world.simulator.change(host) { $0.domains[machine.id] = .init(name: name, isRunning: true) }
    }

    private static func walk(
        _ world: World, on host: String? = nil, _ query: ListQuery, between: (Int) async throws -> Void = { _ in }
    ) async throws -> [Machines.Line] {
        var (query, found, turn): (ListQuery, [Machines.Line], Int) = (query, [], 0)
        while turn < 100 {
            let listing = try await world.machines.list(on: host, query)
            #expect(listing.lines.count <= query.most)
            found += listing.lines
            guard let next = listing.page.next else { break }
            query.after = try query.position(next)
            try await between(turn)
            turn += 1
        }
        return found
    }

    private static func query(
        _ key: String?, _ isDescending: Bool = false, limit: Int? = nil, _ terms: [(String, String)] = []
    ) -> ListQuery {
        var query = ListQuery()
        (query.key, query.isDescending, query.limit) = (key, isDescending, limit)
        query.terms = terms.map { .init(key: $0.0, value: $0.1) }
        return query
    }

    @Test(
        "the pages together are the whole list, in every order",
        arguments: [nil, "phyServer", "name", "state", "memory"], [false, true])
    func whole(key: String?, isDescending: Bool) async throws {
        let world = try await Self.world()
        for terms in [[], [("managed", "true")], [("managed", "true"), ("state", "running")]] {
            let whole = try await world.machines.list(on: nil, Self.query(key, isDescending, terms)).lines
            #expect(whole.count == (terms.isEmpty ? 15 : terms.count == 1 ? 12 : 10))
            let sorted = ListQuery().page(of: whole).rows.map(\.place)
            let all = try await world.machines.list(on: nil).lines.filter { line in
                terms.allSatisfy { term in line.values(of: term.0) == [.text(term.1)] }
            }
            #expect(sorted == all.map(\.place), "the same lines, whatever the order")
            for limit in [1, 4, 14] {
                let pages = try await Self.walk(world, Self.query(key, isDescending, limit: limit, terms))
                #expect(pages.map(\.place) == whole.map(\.place))
            }
        }
    }

    @Test("lines come in the requested order")
    func orders() async throws {
        let world = try await Self.world()
        let ours = [("managed", "true")]
        let names = try await Self.walk(world, Self.query("name", limit: 5, ours)).map { $0.asked?.name }
        #expect(names == (10..<22).map { "m\($0)" })
        #expect(
            try await Self.walk(world, Self.query("name", true, limit: 5, ours)).map { $0.asked?.name }
                == names.reversed())
        #expect(
            try await Self.walk(world, Self.query("name", true, limit: 5)).map { $0.asked?.name ?? $0.name }
                == ["web", "web", "web"] + names.compactMap { $0 }.reversed())
        let states = try await Self.walk(world, Self.query("state", limit: 5)).map(\.state)
        #expect(states == ["absent"] + Array(repeating: "running", count: 13) + ["shutOff"])
        let memory = try await Self.walk(world, Self.query("memory", true, limit: 5)).map { $0.asked?.memoryMiB }
        #expect(memory == Array(repeating: 65, count: 6) + Array(repeating: 64, count: 6) + [nil, nil, nil])
        #expect(
            try await Self.walk(world, on: "h2", Self.query(nil, limit: 2)).map(\.name).sorted()
                == Self.walk(world, Self.query(nil, limit: 2, [("phyServer", "h2")])).map(\.name).sorted())
        let some = try await Self.walk(world, Self.query(nil, limit: 2, [("name", "m1*"), ("phyServer", "h3")]))
        #expect(some.allSatisfy { $0.host == "h3" && $0.asked?.name.hasPrefix("m1") == true } && some.count > 2)
    }

    @Test(
        "machines that stay are listed once, whatever comes and goes between pages", arguments: [nil, "name", "state"],
        [false, true])
    func changing(key: String?, isOfOurs: Bool) async throws {
        let world = try await Self.world()
        let terms = isOfOurs ? [("managed", "true")] : []
        let staying = try await world.machines.list(on: nil, Self.query(key, false, terms)).lines.map(\.place)
        let found = try await Self.walk(world, Self.query(key, limit: 2, terms)) { turn in
            let name = "m\(10 + turn * 5 % 12)b"
            try await Self.add(name, turn, to: world)
            guard turn > 1 else { return }
            let old = MachineID("id-m\(10 + (turn - 2) * 5 % 12)b")
            try await world.store.apply([.removeMachine(old)])
            for host in World.hosts { world.simulator.change(host) { $0.domains[old] = nil } }
        }
        .map(\.place)
        #expect(found.filter { staying.contains($0) } == staying)
        #expect(Set(found).count == found.count)
    }

    @Test("only hosts whose machines may be on the page are contacted")
    func contacts() async throws {
        let world = try await Self.world()
        let fleet = try await world.store.fleet()
        func contacted(
            _ query: ListQuery, _ body: (inout MachineWalk) async throws -> [Machines.Line]
        ) async throws -> [String] {
            var walk = MachineWalk(fleet: fleet, query: query, hosts: fleet.hosts, with: world.machines.with)
            _ = try await body(&walk)
            return walk.answersByHost.keys.sorted()
        }
        #expect(try await contacted(Self.query(nil, limit: 3)) { try await $0.byHost() } == ["h1"])
        #expect(try await contacted(Self.query(nil, true, limit: 3)) { try await $0.byHost() } == ["h3"])
        #expect(try await contacted(Self.query(nil, limit: 7)) { try await $0.byHost() } == ["h1", "h2"])
        var query = Self.query(nil, limit: 2)
        query.after = ListPosition(.none, ["h2", "m20", "id-m20"])
        #expect(try await contacted(query) { try await $0.byHost() } == ["h2", "h3"])
        #expect(try await contacted(Self.query("name", limit: 1)) { try await $0.byName() } == ["h1", "h2"])
        #expect(try await contacted(Self.query("state", limit: 1)) { try await $0.everywhere() } == World.hosts)
        // A host without matching machines is followed by the next hosts.
        let rare = Self.query(nil, limit: 2, [("state", "shutOff")])
        #expect(try await contacted(rare) { try await $0.byHost() } == World.hosts)
    }

    @Test("a page lists the hosts that were contacted for it and did not answer")
    func hosts() async throws {
        let world = try await Self.world()
        world.simulator.silence("h3")
        var query = Self.query(nil, limit: 4)
        var listing = try await world.machines.list(on: nil, query)
        #expect(listing.unreachable == [] && Set(listing.lines.map(\.host)) == ["h1"])
        query.after = try query.position(try #require(listing.page.next))
        query.limit = 12
        listing = try await world.machines.list(on: nil, query)
        #expect(listing.unreachable == ["h3"] && listing.page.next == nil)
        #expect(listing.lines.filter { $0.host == "h3" }.map(\.state) == ["unknown", "unknown", "unknown", "unknown"])
        let first = try await world.machines.list(on: nil, Self.query("name", limit: 1, [("managed", "true")]))
        #expect(first.lines.first?.asked?.name == "m10" && first.lines.first?.host == "h1" && first.unreachable == [])
        let why = await refusal { try await world.machines.list(on: "h3", Self.query("name", limit: 1)) }
        #expect(why?.code == .hostUnreachable)
    }

    @Test("a list without a limit is bounded, and marked as truncated")
    func bounded() async throws {
        let world = try await Self.world()
        var query = ListQuery()
        query.bound = 6
        let listing = try await world.machines.list(on: nil, query)
        #expect(listing.lines.count == 6 && listing.page.isTruncated)
        let all = try await world.machines.list(on: nil)
        #expect(all.lines.count == 15 && !all.page.isTruncated && all.page.next == nil)
        #expect(try await Self.walk(world, query).map(\.place) == all.lines.map(\.place))
    }
}
