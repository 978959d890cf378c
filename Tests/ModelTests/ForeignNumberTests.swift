import FoundationEssentials
import Testing

@testable import Model

/// Numbers from a host, a file or a caller may have any value: none of them ends the server.
@Suite struct ForeignNumberTests {
    @Test("a text is a number only if it is well-formed and in the plausible range")
    func texts() {
        #expect(Int(told: "1500", in: Foreign.mtu) == 1500 && Int(told: "0", in: Foreign.mtu) == 0)
        for text in [
            "", "-", "+1", "1 ", " 1", "0x10", "1e3", "-1", "-9223372036854775808", "18446744073709551615", "١",
        ] {
            #expect(Int(told: text, in: Foreign.mtu) == nil, "\(text)")
        }
        #expect(Int64(told: "-9223372036854775808", in: .min ... .max) == .min)
        #expect(Double(told: "1e3", in: Foreign.seconds) == 1000)
        for text in ["inf", "-inf", "nan", "1e300", "-1", "", "1 "] {
            #expect(Double(told: text, in: Foreign.seconds) == nil, "\(text)")
        }
    }

    @Test("a figure becomes the nearest whole number")
    func figures() {
        #expect(Int(nearest: 1.5) == 2 && Int(nearest: -0.0) == 0 && Int(nearest: .nan) == nil)
        #expect(Int(nearest: .infinity) == .max && Int(nearest: -.infinity) == .min)
        #expect(Int(nearest: 1e300) == .max && Int64(nearest: -1e300) == .min)
        #expect(
            Int64(nearest: 9_223_372_036_854_775_808) == .max && UInt8(nearest: -1) == 0 && UInt8(nearest: 256) == 255)
    }

    @Test("the index of a missing element yields nil")
    func numbered() {
        #expect([String]().numbered(1) == nil && [String]().numbered(0) == nil)
        #expect(["a", "b"].numbered(1) == "a" && ["a", "b"].numbered(2) == "b")
        for number in [0, 3, -1, Int.min, Int.max] { #expect(["a", "b"].numbered(number) == nil) }
    }

    @Test("sums, differences and products are clamped to the type")
    func reckoning() {
        #expect(Int.max.plus(1) == .max && Int.min.plus(-1) == .min && 1.plus(2) == 3)
        #expect(Int.min.minus(1) == .min && 0.minus(Int.min) == .max && 3.minus(2) == 1)
        #expect(Int.max.times(2) == .max && Int.min.times(2) == .min && Int.min.times(-1) == .max && 2.times(3) == 6)
        #expect((-2).times(Int.max) == .min && UInt8(200).plus(100) == 255 && UInt8(1).minus(2) == 0)
        #expect(7.held(to: 1...5) == 5 && 0.held(to: 1...5) == 1 && 3.held(to: 1...5) == 3)
    }

    @Test("a time must be one that can be written down")
    func times() {
        #expect(Date(told: 0) == Date(timeIntervalSince1970: 0))
        for seconds in [Double.nan, .infinity, 1e300, -1, 1e12] { #expect(Date(told: seconds) == nil) }
    }

    @Test("a scheduler with any parameters reports a cap, and accepts or refuses one")
    func schedulers() {
        let figures: [ParameterValue] = [
            .int64(.min), .int64(-1), .int64(0), .int64(1), .int64(999), .int64(17_592_186_044_414), .int64(.max),
            .uint64(.max), .double(.nan), .double(1e300), .string("inf"),
        ]
        for type in ["posix", "credit"] {
            for quota in figures {
                for period in figures {
                    let reading = SchedulerReading(
                        type: type,
                        parameters: [
                            "cpu_shares": quota, "weight": quota, "cap": quota, "vcpu_quota": quota,
                            "vcpu_period": period,
                        ])
                    for vcpus in [Int.min, 0, 1, 65_536, .max] {
                        let rules = SchedulerRules(reading: reading, vcpus: vcpus)
                        _ = rules.cap
                        for cap in [Int64.min, -1, 0, 1, 100, .max] {
                            _ = try? rules.parameters(weight: cap, cap: nil)
                            _ = try? rules.parameters(weight: nil, cap: cap)
                        }
                    }
                }
            }
        }
    }

    @Test("the round trip of a link with any shape does not overflow", arguments: [Int.min, -1, 0, 1500, .max])
    func shapes(mtu: Int) {
        for number in [Int64.min, -1, 0, 1, .max] {
            for loss in [Double.nan, -.infinity, -1e300, 0, 50, 1e300, .infinity] {
                let shape = LinkShape(bandwidthKbit: number, delayMicroseconds: number, lossPercent: loss)
                _ = (shape.roundTripMicroseconds(mtu: mtu), shape.tries, shape.words)
                let link = VirtualNetwork.Link(
                    name: "ab", medium: .vxlan(vni: 4096), prefix: nil, mtu: mtu, ends: [], places: [], shape: shape)
                let way = ShapedRoute([link, link])
                #expect((way.patience ?? 0) <= 60 && way.moreSeconds(for: .max) <= 900)
            }
        }
    }

    @Test("a host's memory may have any size, and can be assigned", arguments: [Int64.min, -1, 0, 1, 1 << 50, .max])
    func memory(reported: Int64) throws {
        let host = Host(name: "h1", hostKey: nil, addresses: [], uri: nil, memoryMiB: nil)
        for free in [nil, Int64.min, 0, .max] {
            var survey = HostSurvey(
                hypervisor: .qemu, hypervisorVersion: "7", libvirtVersion: "9", hostName: "h", cpuModel: "x", cpuMHz: 1,
                cpus: 2, coresPerSocket: 2, memoryKiB: reported, freeMemory: free, arch: "x86_64", domainTypes: [],
                bridges: [], pools: [], domains: [], storesVolumes: true, probesAddresses: true)
            survey.missingPrograms = []
            #expect(survey.roomMiB >= Int64.min / 1_048_576)
            var placement = Placement(
                fleet: Fleet(hosts: [host], machines: [], imagesOnHosts: []), surveys: ["h1": survey])
            for memory in [Int64.min, -1, 0, 1, .max] {
                _ = try? placement.place(.init(name: "r1", host: nil, memoryMiB: nil), memory: memory, shapes: [])
                _ = try placement.place(.init(name: "r1", host: "h1", memoryMiB: nil), memory: memory, shapes: [])
            }
        }
    }
}
