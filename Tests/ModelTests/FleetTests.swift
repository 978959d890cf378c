import FoundationEssentials
import Testing

@testable import Model

/// Compares the fleet's indexes with plain arrays.
struct FleetTests {
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let hosts = ["h1", "h2", "h3"], names = (0..<8).map { "m\($0)" }

    private static func machine(_ chance: inout Numbers) throws -> Machine {
        let host = hosts.randomElement(using: &chance) ?? "h1"
        var machine = Machine(
            id: MachineID("0000000\(Int.random(in: 0..<9, using: &chance))"),
            name: names.randomElement(using: &chance) ?? "m",
            host: host, asked: .running,
            address: try InterfaceAddress("10.0.0.\(Int.random(in: 1..<9, using: &chance))/24", subject: .address),
            mac: MACAddress("52:54:00:00:00:0\(Int.random(in: 0..<6, using: &chance))"), bridge: nil, memoryMiB: 1,
            vcpus: 1,
            image: nil, note: nil, created: Date(timeIntervalSince1970: 0), volumes: [], adopted: false, bootSeconds: 1)
        machine.network = ["n1", "n2", nil].randomElement(using: &chance) ?? nil
        machine.isOnSegment = Bool.random(using: &chance)
        return machine
    }

    private static func key(_ machine: Machine) -> [String] { [machine.name, machine.host, machine.id.text] }

    @Test(
        "after any changes, the answers equal those of a search of all machines",
        arguments: 1...20 as ClosedRange<UInt64>)
    func machines(seed: UInt64) throws {
        var (chance, fleet, plain) = (
            Numbers(state: seed), Fleet(hosts: [], machines: [], imagesOnHosts: []), [MachineID: Machine]()
        )
        for _ in 0..<200 {
            let machine = try Self.machine(&chance)
            let earlier = fleet
            switch Int.random(in: 0..<4, using: &chance) {
            case 0:
                fleet.removeMachine(machine.id)
                plain[machine.id] = nil
            case 1:
                fleet.change(machine.id) { ($0.host, $0.name, $0.mac) = (machine.host, machine.name, machine.mac) }
                plain[machine.id]?.host = machine.host
                plain[machine.id]?.name = machine.name
                plain[machine.id]?.mac = machine.mac
            default:
                fleet.put(machine)
                plain[machine.id] = machine
            }
            let all = plain.values.sorted { ($0.name, $0.host, $0.id.text) < ($1.name, $1.host, $1.id.text) }
            #expect(fleet.machines == all && fleet.machineCount == all.count)
            #expect(earlier == fleet || earlier.machines != all)
            for host in Self.hosts {
                let own = all.filter { $0.host == host }
                #expect(fleet.machines(on: host) == own && fleet.machineCount(on: host) == own.count)
            }
            // After a position that exists, or existed.
            let from = ListPosition(.text(machine.name), [machine.host, machine.name, machine.id.text])
            let behind = all.filter { Self.key(machine).lexicographicallyPrecedes(Self.key($0)) }
            let before = all.filter { Self.key($0).lexicographicallyPrecedes(Self.key(machine)) }
            #expect(fleet.machines(after: from, isDescending: false, most: 3) == Array(behind.prefix(3)))
            #expect(fleet.machines(after: from, isDescending: true, most: 3) == before.suffix(3).reversed())
            #expect(fleet.machines(after: nil, isDescending: false, most: 5) == Array(all.prefix(5)))
            #expect(fleet.machines(after: nil, isDescending: true, most: 5) == all.suffix(5).reversed())
            for name in Self.names { #expect(fleet.machines(named: name) == all.filter { $0.name == name }) }
            for network in ["n1", "n2", "n3"] {
                #expect(fleet.machines(of: network) == all.filter { $0.network == network })
            }
            for number in 0..<9 {
                let address = try #require(IPAddress("10.0.0.\(number)"))
                #expect(fleet.machine(at: address) == all.first { $0.physicalAddress?.address == address })
                let mac = MACAddress("52:54:00:00:00:0\(number)")
                #expect(fleet.has(mac) == all.contains { $0.mac == mac })
                #expect(fleet.machine(MachineID("0000000\(number)")) == plain[MachineID("0000000\(number)")])
            }
        }
        #expect(fleet == Fleet(hosts: [], machines: Array(plain.values), imagesOnHosts: []))
    }

    @Test("a sorted list stays sorted, however its leaves are split", arguments: 1...10 as ClosedRange<UInt64>)
    func ordered(seed: UInt64) {
        var (chance, list, plain) = (Numbers(state: seed), OrderedList<Int>(longest: 4), Set<Int>())
        for _ in 0..<300 {
            let (element, from) = (Int.random(in: 0..<60, using: &chance), Int.random(in: -1...60, using: &chance))
            let earlier = list
            if Int.random(in: 0..<3, using: &chance) > 0 {
                list.insert(element)
                plain.insert(element)
            } else {
                list.remove(element)
                plain.remove(element)
            }
            let all = plain.sorted()
            #expect(Array(list.all) == all && (earlier == list) == (Array(earlier.all) == all))
            #expect(list.first(7) { $0 > from } == Array(all.filter { $0 > from }.prefix(7)))
            #expect(list.last(7) { $0 < from } == all.filter { $0 < from }.suffix(7).reversed())
        }
    }

    @Test(
        "one copy of a file on each host, sorted; networks sorted by name",
        arguments: 1...10 as ClosedRange<UInt64>)
    func others(seed: UInt64) throws {
        var (chance, fleet) = (Numbers(state: seed), Fleet(hosts: [], machines: [], imagesOnHosts: []))
        var (images, networks): ([ImageOnHost], [VirtualNetwork]) = ([], [])
        for _ in 0..<100 {
            let host = Self.hosts.randomElement(using: &chance) ?? "h1"
            let digest = Digest("0\(Int.random(in: 0..<5, using: &chance))")
            let name = "n\(Int.random(in: 0..<12, using: &chance))"
            if Bool.random(using: &chance) {
                let image = ImageOnHost(host: host, digest: digest, volume: VolumeName(pool: "p", name: name))
                fleet.put(image)
                images.removeAll { $0.host == host && $0.digest == digest }
                images.append(image)
                let network = VirtualNetwork(
                    id: NetworkID(UUID().uuidString), name: name, routers: [], links: [],
                    created: Date(timeIntervalSince1970: 0))
                fleet.put(network)
                networks.removeAll { $0.name == name }
                networks.append(network)
            } else {
                fleet.removeImages(on: host) { $0.digest == digest }
                images.removeAll { $0.host == host && $0.digest == digest }
                fleet.removeNetwork(name)
                networks.removeAll { $0.name == name }
            }
            images.sort { ($0.host, $0.digest.text) < ($1.host, $1.digest.text) }
            networks.sort { $0.name < $1.name }
            #expect(fleet.imagesOnHosts == images && fleet.networks == networks)
            for host in Self.hosts { #expect(fleet.images(on: host) == images.filter { $0.host == host }) }
            #expect(fleet.network(named: name) == networks.first { $0.name == name })
        }
    }
}
