import Testing

@testable import Model

@Suite struct SchedulerRulesTests {
    private func posix(vcpus: Int, quota: Int64 = -1, period: UInt64 = 100_000) -> SchedulerRules {
        SchedulerRules(
            reading: .init(
                type: "posix",
                parameters: ["cpu_shares": .uint64(1024), "vcpu_period": .uint64(period), "vcpu_quota": .int64(quota)]),
            vcpus: vcpus)
    }

    @Test(arguments: [
        (1, 50, 50_000), (4, 200, 50_000), (4, 4, 1_000), (1, 100, 100_000), (2, 0, -1),
    ])
    func spreadsTheCapOverTheCPUs(vcpus: Int, cap: Int64, quota: Int64) throws {
        #expect(try posix(vcpus: vcpus).parameters(weight: nil, cap: cap) == ["vcpu_quota": .int64(quota)])
    }

    @Test(arguments: [(1, -1, 0), (1, 50_000, 50), (4, 50_000, 200), (1, 17_592_186_044_415, 0), (3, 33_333, 100)])
    func readsTheCapBack(vcpus: Int, quota: Int64, cap: Int64) {
        #expect(posix(vcpus: vcpus, quota: quota).cap == cap)
    }

    @Test(arguments: [
        (Int64?(1), Int64?.none, "from 2 to 262144"), (262_145, nil, "from 2 to 262144"),
        (nil, 101, "from 1 to 100 percent"), (nil, -1, "from 1 to 100 percent"),
    ])
    func namesTheRange(weight: Int64?, cap: Int64?, range: String) {
        #expect {
            try posix(vcpus: 1).parameters(weight: weight, cap: cap)
        } throws: { error in
            (error as? Refusal)?.code == .outOfRange && (error as? Refusal)?.reason.contains(range) == true
        }
    }

    @Test func creditKeepsItsOwnNamesAndTypes() throws {
        let rules = SchedulerRules(
            reading: .init(type: "credit", parameters: ["weight": .uint32(256), "cap": .uint32(0)]), vcpus: 2)
        #expect(try rules.parameters(weight: 512, cap: 150) == ["weight": .uint32(512), "cap": .uint32(150)])
        #expect(throws: Refusal.self) { try rules.parameters(weight: 65_536, cap: nil) }
        #expect(throws: Refusal.self) { try rules.parameters(weight: nil, cap: 201) }
    }

    @Test(
        arguments: [
            (["cpu_shares": .uint64(512)], ["cpu_shares": .uint64(512)], nil),
            (["cpu_shares": .uint64(512)], ["cpu_shares": .int64(512), "vcpu_quota": .int64(5)], nil),
            (["weight": .uint32(77)], ["weight": .uint32(50)], (.weight, "'77'", "'50'")),
            (["cpu_shares": .uint64(262_144)], ["cpu_shares": .uint64(10_000)], (.weight, "(cpu_shares)", "'10000'")),
            (["vcpu_quota": .int64(-1)], ["vcpu_quota": .int64(17_592_186_044_415)], nil),
            (["vcpu_quota": .int64(-1)], ["vcpu_quota": .uint64(.max)], nil),
            (["vcpu_quota": .int64(-1)], ["vcpu_quota": .int64(1000)], (.cap, "'-1'", "'1000'")),
            (["vcpu_quota": .int64(500)], ["vcpu_quota": .int64(1000)], (.cap, "'500'", "'1000'")),
            (["cap": .uint32(150)], ["cap": .uint32(100)], (.cap, "'150'", "'100'")), (["cap": .uint32(1)], [:], nil),
        ] as [([String: ParameterValue], [String: ParameterValue], (Refusal.Subject, String, String)?)])
    func reportsChangedParameters(
        requested: [String: ParameterValue], reported: [String: ParameterValue],
        expected: (subject: Refusal.Subject, requested: String, reported: String)?
    ) {
        do throws(Refusal) {
            try SchedulerRules.check(asked: requested, had: reported, machine: "r1")
            #expect(expected == nil)
        } catch {
            #expect(error.code == .hypervisorFailed)
            #expect(error.subject == expected?.subject)
            #expect(error.machine == "r1")
            for word in [expected?.requested, expected?.reported] {
                #expect(error.reason.contains(word ?? "?"), "\(error.reason)")
            }
        }
    }

    @Test func namesParametersThatAreNotOffered() {
        let fair = SchedulerRules(reading: .init(type: "fair", parameters: ["weight": .uint32(50)]), vcpus: 1)
        #expect(fair.cap == nil)
        #expect {
            try fair.parameters(weight: nil, cap: 10)
        } throws: { ($0 as? Refusal)?.code == .notOffered }
        #expect {
            try fair.parameters(weight: nil, cap: nil)
        } throws: { ($0 as? Refusal)?.code == .missingField }
    }
}
