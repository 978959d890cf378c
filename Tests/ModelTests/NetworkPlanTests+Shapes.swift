import Testing

@testable import Model

/// A link's shape and a router's share of processors: from the request to the record, the steps and the proofs.
extension NetworkPlanTests {
    private static let slow = LinkShape(bandwidthKbit: 10_000, delayMicroseconds: 20_000, lossPercent: 0.5)

    private func refusal(_ body: () throws -> Plan) -> Refusal? {
        do {
            _ = try body()
            return nil
        } catch { return error as? Refusal }
    }

    private func proofs(_ plan: Plan) -> [LinkProof] {
        plan.steps.compactMap { if case .proveLink(let proof) = $0 { proof } else { nil } }
    }

    private func reaches(_ plan: Plan) -> [ReachProof] {
        plan.steps.compactMap { if case .proveReach(let proof) = $0 { proof } else { nil } }
    }

    @Test func aShapedLink() throws {
        let made = try plan(line { $0.links[0].shape = Self.slow })
        #expect(try network(made).links.map(\.shape) == [Self.slow, nil])
        let segments = made.steps.compactMap { if case .makeSegment(let segment) = $0 { segment } else { nil } }
        #expect(segments.map(\.link) == ["ab", "ab", "bc", "bc"])
        #expect(segments.map(\.shape) == [Self.slow, Self.slow, nil, nil])
        #expect(
            made.steps[0].words()
                == "make bridge vms-001000 and VXLAN 4096 to 192.0.2.11, MTU 1450, 10000 kbit/s, 20 ms, 0.5% lost")
    }

    @Test("probes over a slow link wait longer, and over a lossy one are repeated more often")
    func proofsOfShapes() throws {
        let plain = try plan(line())
        #expect(proofs(plain).allSatisfy { $0.patience == nil && ($0.tries ?? 5) == 5 })
        #expect(reaches(plain).allSatisfy { $0.patience == nil && $0.seconds == 45 })
        // A full frame of 1,468 bytes takes 1.2 s at 10 kbit/s.
        let slow = try plan(line { $0.links[0].shape = LinkShape(bandwidthKbit: 10) })
        #expect(proofs(slow).filter { $0.link == "ab" }.allSatisfy { $0.patience == 4 && $0.tries == 5 })
        #expect(proofs(slow).filter { $0.link == "bc" }.allSatisfy { $0.patience == nil })
        #expect(reaches(slow).map(\.patience) == [4, 4])
        #expect(reaches(slow).allSatisfy { $0.seconds == 45 + 3 * $0.targets.count })
        let lossy = try plan(line { $0.links[0].shape = LinkShape(lossPercent: 50) })
        #expect(proofs(lossy).filter { $0.link == "ab" }.allSatisfy { $0.tries == 20 && $0.patience == nil })
        #expect(reaches(lossy).allSatisfy { $0.seconds > 45 })
    }

    static let lacking: [(Set<Shaper>?, LinkShape, String?)] = [
        ([.tbf], LinkShape(bandwidthKbit: 1000), nil), ([.netem], LinkShape(bandwidthKbit: 1000), nil),
        ([.netem], slow, nil), ([.tbf], LinkShape(delayMicroseconds: 1), "its kernel has no sch_netem"),
        ([.tbf], LinkShape(lossPercent: 1), "its kernel has no sch_netem"),
        ([], LinkShape(bandwidthKbit: 1000), "its kernel has neither sch_tbf nor sch_netem"),
        (nil, LinkShape(bandwidthKbit: 1000), "it lacks the program tc"),
    ]

    @Test("a host without the queueing discipline is refused by name, before any change", arguments: lacking.indices)
    func hostsThatCannot(index: Int) throws {
        let (shapers, shape, why) = Self.lacking[index]
        let found = refusal { try plan(line { $0.links[1].shape = shape }) { $0["h3"]?.shapers = shapers } }
        #expect(
            found?.reason.contains("link 'bc': host 'h3' cannot give it \(shape.words): \(why ?? "")")
                == (why.map { _ in true }))
        #expect(found?.code == (why == nil ? nil : .notOffered) && found?.host == (why == nil ? nil : "h3"))
        // The other link has no shape, so its hosts need none.
        #expect(refusal { try plan(line { $0.links[0].shape = shape }) { $0["h3"]?.shapers = shapers } } == nil)
    }

    @Test("the planner prefers a host that can shape the router's links, even if others have more memory")
    func placedWhereItCanBe() throws {
        let request = line {
            $0.routers[0].host = nil
            $0.links[0].shape = LinkShape(delayMicroseconds: 5)
        }
        let made = try plan(request) { surveys in
            surveys["h1"]?.shapers = [.tbf]
            surveys["h3"]?.freeMemory = 100 << 30
            surveys["h3"]?.shapers = [.tbf]
        }
        #expect(try network(made).routers[0].host == "h2")
    }

    @Test("weight and cap are set when the router runs, and kept in its record")
    func scheduled() throws {
        let made = try plan(
            line {
                ($0.routers[1].weight, $0.routers[1].cap, $0.routers[1].vcpus) = (512, 50, 2)
                $0.routers[2].weight = 60
            }
        ) { $0["h3"]?.hypervisor = .test }
        let names = made.steps.map(\.name)
        #expect(names.filter { $0 == "setScheduler" }.count == 2)
        let set = try #require(names.firstIndex(of: "setScheduler"))
        #expect(names[set - 1] == "start")
        let machines = made.atBegin.compactMap { if case .insertMachine(let machine) = $0 { machine } else { nil } }
        #expect(
            machines.map(\.scheduler) == [
                nil, ["cpu_shares": .uint64(512), "vcpu_quota": .int64(25_000)], ["weight": .uint32(60)],
            ])
        #expect(made.steps[set].words() == "set cpu_shares, vcpu_quota of r2")
        #expect(try network(made).routers.map(\.weight) == [nil, 512, 60])
    }

    @Test func scheduledOnXen() throws {
        var xen = survey(address: 0)
        xen.hypervisor = .xen
        let rules = SchedulerRules(reading: .expected(on: xen), vcpus: 2)
        #expect(try rules.parameters(weight: 512, cap: 150) == ["weight": .uint32(512), "cap": .uint32(150)])
        #expect(rules.reading.type == "credit2")
    }

    static let badShares: [(Int64?, Int64?, HypervisorKind, Refusal.Code, String)] = [
        (1, nil, .qemu, .outOfRange, "from 2 to 262144"), (nil, 101, .qemu, .outOfRange, "to 100 percent"),
        (70_000, nil, .test, .outOfRange, "from 1 to 65535"), (nil, 50, .test, .notOffered, "'fair'"),
    ]

    @Test("a parameter that a host's scheduler does not offer is refused with the router", arguments: badShares.indices)
    func badShare(index: Int) throws {
        let (weight, cap, hypervisor, code, words) = Self.badShares[index]
        let found = refusal {
            try plan(line { ($0.routers[2].weight, $0.routers[2].cap) = (weight, cap) }) {
                $0["h3"]?.hypervisor = hypervisor
            }
        }
        #expect(found?.code == code && found?.reason.contains(words) == true, "\(found?.reason ?? "none")")
        #expect(found?.machine == "r3" && found?.host == "h3")
    }

    @Test("a host rounds its figures; any other difference is another shape")
    func sameShapes() {
        let requested = LinkShape(bandwidthKbit: 5000, delayMicroseconds: 10, lossPercent: 1)
        func reported(_ bandwidth: Int64?, _ delay: Int64?, _ loss: Double?) -> LinkShape {
            LinkShape(bandwidthKbit: bandwidth, delayMicroseconds: delay, lossPercent: loss)
        }
        #expect(LinkShape.isSame(requested, reported(5000, 9, 0.99999)))
        #expect(LinkShape.isSame(nil, reported(nil, 0, 0)))
        for other in [reported(4900, 10, 1), reported(nil, 10, 1), reported(5000, 12, 1), reported(5000, 10, 0.9), nil]
        {
            #expect(!LinkShape.isSame(requested, other))
        }
    }

    @Test("a team's bandwidth counts the higher one of the requested and the present value of each link")
    func usedBandwidth() throws {
        var network = try network(plan(line { $0.links[0].shape = Self.slow }))
        #expect(Usage(network).bandwidthKbit == 10_000)
        network.links[0].conditions = LinkConditions(bandwidthKbit: 2000)
        #expect(Usage(network).bandwidthKbit == 10_000)
        network.links[0].conditions = LinkConditions(bandwidthKbit: 50_000, isDown: true)
        network.links[1].conditions = LinkConditions(bandwidthKbit: 300)
        #expect(Usage(network).bandwidthKbit == 50_300)
    }
}
