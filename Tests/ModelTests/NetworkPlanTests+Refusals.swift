import Testing

@testable import Model

/// Requests that no network can meet.
extension NetworkPlanTests {
    static let refusals: [(Refusal.Code, String, @Sendable (inout NetworkRequest) -> Void)] = [
        (.linkInvalid, "itself", { $0.links[0].ends[1].router = "r1" }),
        (.linkInvalid, "no router 'r9'", { $0.links[0].ends[1].router = "r9" }),
        (.linkInvalid, "two links", { $0.links[1].name = "ab" }),
        (.linkInvalid, "no ends", { $0.links[0].ends = [] }),
        (
            .addressTaken, "10.0.0.5",
            { for index in 0...1 { $0.links[0].ends[index].address = "10.0.0.5" } }
        ),
        (
            .linkInvalid, "outside of 10.0.0.0/24",
            {
                $0.links[0].prefix = "10.0.0.0/24"
                $0.links[0].ends[0].address = "10.9.0.5"
            }
        ),
        (.invalidAddress, "did you mean 10.0.0.0/24", { $0.links[0].prefix = "10.0.0.7/24" }),
        (.linkInvalid, "no address left for router 'r2': it has room for 1", { $0.links[0].prefix = "10.0.0.7/32" }),
        (.invalidAddress, "from 1 to 32", { $0.links[0].prefix = "10.0.0.0/33" }),
        (
            .invalidAddress, "network address of its link's prefix, 10.0.0.0/24",
            { $0.links[0].ends[0].address = "10.0.0.0" }
        ),
        (.invalidAddress, "loopback", { $0.links[0].prefix = "127.0.0.0/8" }),
        (
            .linkInvalid, "overlaps another link's, 10.5.0.0/16",
            {
                $0.links[0].prefix = "10.5.0.0/16"
                $0.links[1].prefix = "10.5.1.0/24"
            }
        ),
        (.linkInvalid, "speak IPv4", { $0.links[0].prefix = "fd00:1::/64" }),
        (.linkInvalid, "do not speak the same: ipv4, ipv6", { $0.routers[0].image.name = "v6" }),
        (.outOfRange, "between 576 and 1450", { $0.links[0].mtu = 1500 }),
        (.hostNotRegistered, "h9", { $0.routers[0].host = "h9" }),
        (.imageNotFound, "nope", { $0.routers[0].image.name = "nope" }),
        (.imageNotFound, "ipx", { $0.routers[0].image.stack = "ipx" }),
        (.notEnoughMemory, "host has 1000 MiB free", { $0.routers[0].memoryMiB = 2000 }),
        (
            .notEnoughMemory, "no host has that: h1 has 1000 MiB left",
            {
                $0.routers[0].memoryMiB = 2000
                $0.routers[0].host = nil
            }
        ),
        (.machineNameTaken, "two routers", { $0.routers[1].name = "r1" }),
        (.invalidName, "network name", { $0.name = "../n1" }),
        (.invalidName, "link", { $0.links[0].name = "a b" }),
        (.missingField, "at least one", { $0.routers = [] }),
        (.bridgeNotFound, "br7", { $0.routers[0].physical = .init(bridge: "br7", address: "192.0.2.99") }),
        (.addressTaken, "registered host", { $0.routers[0].physical = .init(bridge: "br0", address: "192.0.2.11") }),
    ]

    @Test("an impossible request is refused, with the remedy", arguments: refusals.indices)
    func refused(index: Int) throws {
        let (code, words, change) = Self.refusals[index]
        do {
            _ = try plan(line(change))
            Issue.record("\(code) was expected")
        } catch let refusal as Refusal {
            #expect(refusal.code == code && refusal.reason.contains(words), "\(refusal.code): \(refusal.reason)")
        }
    }

    @Test func refusedBecauseOfHosts() throws {
        func refusal(_ body: () throws -> Plan) -> Refusal? {
            do {
                _ = try body()
                return nil
            } catch { return error as? Refusal }
        }
        let first = try network(try plan(line()))
        #expect(refusal { try plan(line(), networks: [first]) }?.code == .networkNameTaken)
        let lacking = refusal { try plan(line()) { $0["h2"]?.missingPrograms = [.init(.arping)] } }
        #expect(lacking?.code == .notOffered && lacking?.reason.contains("lacks arping") == true)
        #expect(refusal { try plan(line()) { $0["h2"]?.addresses = [] } }?.code == .notOffered)
        let small = refusal { try plan(line { $0.links[0].mtu = 1450 }) { $0["h1"]?.addresses[0].mtu = 1400 } }
        #expect(small?.code == .outOfRange && small?.reason.contains("576 and 1350") == true)
    }

    @Test("a host's own MTU may be anything", arguments: [Int.min, -1, 0, 49, 50, 625, 626, 1500, 65_536, Int.max])
    func anyMTU(of mtu: Int) throws {
        do {
            let made = try network(try plan(line()) { $0["h2"]?.addresses[0].mtu = mtu })
            #expect(mtu >= 626 && made.links[0].mtu == min(1450, max(576, mtu - 50)), "\(made.links[0].mtu)")
        } catch let refusal as Refusal {
            #expect(mtu < 626 && refusal.code == .notOffered && refusal.host == "h2", "\(refusal.reason)")
            #expect(refusal.reason.contains("an MTU of \(mtu) on") && refusal.reason.contains("at least 626"))
        }
        // Within one host no frame crosses its own network.
        let within = try plan(line { for index in 0...2 { $0.routers[index].host = "h2" } }) {
            $0["h2"]?.addresses[0].mtu = mtu
        }
        #expect(try network(within).links.allSatisfy { (576...1500).contains($0.mtu) })
    }

    @Test(
        "vectors belong together",
        arguments: [
            (.machineNames, 1, 2, 2, 2, nil), (.address, 2, 1, 2, 2, nil), (.memory, 2, 2, 1, 2, nil),
            (.interface, 2, 2, 2, 1, nil), (.hostCount, 2, 2, 2, 2, 3),
        ] as [(Refusal.Subject, Int, Int, Int, Int, Int?)])
    func vectors(subject: Refusal.Subject, names: Int, addresses: Int, memories: Int, interfaces: Int, count: Int?) {
        let vectors = NetworkVectors(
            hostCount: count, hosts: ["h1", "h2"], names: Array(repeating: "r", count: names),
            addresses: Array(repeating: "a", count: addresses), memories: Array(repeating: 1, count: memories),
            interfaces: Array(repeating: "b", count: interfaces))
        #expect {
            try vectors.request(name: "n", image: .init())
        } throws: { error in
            (error as? Refusal)?.code == .invalidValue && (error as? Refusal)?.subject == subject
        }
    }
}
