import Testing

@testable import Model

/// Properties that a host lacks, reported before any change.
@Suite("Hosts that lack something")
struct HostLackTests {
    private let plans = NetworkPlanTests()

    private func refusal(
        _ request: NetworkRequest, _ change: @escaping (inout [String: HostSurvey]) -> Void
    ) -> Refusal? {
        #expect(throws: Refusal.self) { try plans.plan(request, change: change) }
    }

    @Test("hosts of one link with the same underlay address")
    func sameUnderlay() throws {
        let refused = refusal(plans.line()) { surveys in
            surveys["h2"]?.addresses = [.init(address: IPAddress(bytes: [10, 0, 2, 15]), mtu: 1500)]
            surveys["h1"]?.addresses = [.init(address: IPAddress(bytes: [10, 0, 2, 15]), mtu: 1500)]
        }
        #expect(refused?.code == .notOffered && refused?.reason.contains("hosts 'h1' and 'h2'") == true)
        #expect(refused?.reason.contains("the same address 10.0.2.15") == true)
    }

    @Test("of several addresses, the one to which the server's connection went")
    func reached() throws {
        let nat = HostSurvey.Address(address: IPAddress(bytes: [10, 0, 2, 15]), mtu: 1500)
        let made = try plans.plan(plans.line()) { surveys in
            for (number, host) in ["h1", "h2", "h3"].enumerated() {
                let own = IPAddress(bytes: [198, 51, 100, UInt8(number)])
                surveys[host]?.addresses = [nat, .init(address: own, mtu: 1500)]
                surveys[host]?.reached = own
            }
        }
        let places = try plans.network(made).links[0].places
        #expect(places.map { $0.underlay?.description } == ["198.51.100.0", "198.51.100.1"])
    }

    @Test(
        "a firewall on bridges and a pool that does not start with its host are reported in the plan, and prevent nothing"
    )
    func notes() throws {
        func notes(_ change: (inout HostSurvey) -> Void) throws -> [String] {
            try plans.plan(plans.line()) { surveys in
                if var survey = surveys["h2"] {
                    change(&survey)
                    surveys["h2"] = survey
                }
            }.notes
        }
        #expect(try notes { _ in } == [])
        let filtered = try notes {
            $0.filters = [
                .init(bridge: "vms-", words: "iptables (FORWARD's policy is DROP)"), .init(bridge: "br0", words: "x"),
            ]
        }
        #expect(filtered.count == 1 && filtered[0].contains("host 'h2'") && filtered[0].contains("policy is DROP"))
        let resting = try notes { $0.pools[0].autostarts = false }
        #expect(resting.count == 1 && resting[0].contains("virsh pool-autostart default"), "\(resting)")
    }

    private func address(_ text: String, mtu: Int = 1500) -> HostSurvey.Address {
        .init(address: IPAddress(text) ?? IPAddress(bytes: [0, 0, 0, 0]), mtu: mtu)
    }

    private func underlays(
        registered: [String: [String]] = [:], _ change: @escaping (inout [String: HostSurvey]) -> Void
    ) throws -> [String] {
        var surveys = ["h1": plans.survey(address: 0), "h2": plans.survey(address: 1)]
        change(&surveys)
        let hosts = ["h1", "h2"].map {
            Host(name: $0, hostKey: "k", addresses: registered[$0] ?? [], uri: nil, memoryMiB: nil)
        }
        let underlay = try Underlay(of: ["h1", "h2"], hosts: hosts, surveys: surveys)
        return ["h1", "h2"].map { underlay.addresses[$0]?.description ?? "" }
    }

    @Test("hosts with both families use one that all have, in the order of their registered addresses")
    func families() throws {
        let both: (inout [String: HostSurvey]) -> Void = { surveys in
            surveys["h1"]?.addresses = [self.address("2001:db8:1::1"), self.address("192.0.2.10")]
            surveys["h2"]?.addresses = [self.address("192.0.2.11"), self.address("2001:db8:1::2")]
        }
        #expect(try underlays(both) == ["192.0.2.10", "192.0.2.11"])
        #expect(
            try underlays(registered: ["h1": ["2001:db8:1::1"], "h2": ["h2.lab", "2001:db8:1::2"]], both)
                == ["2001:db8:1::1", "2001:db8:1::2"])
        // Each is registered with an address of another family; both have both families.
        #expect(
            try underlays(registered: ["h1": ["192.0.2.10"], "h2": ["2001:db8:1::2"]], both).map { $0.contains(":") }
                .count { $0 } != 1)
        #expect(
            try underlays(registered: ["h1": ["198.51.100.1", "192.0.2.10"]]) { surveys in
                surveys["h1"]?.addresses = [self.address("192.0.2.10"), self.address("198.51.100.1")]
            } == ["198.51.100.1", "192.0.2.11"])
        let apart = #expect(throws: Refusal.self) {
            try underlays { $0["h2"]?.addresses = [self.address("2001:db8:1::2")] }
        }
        #expect(apart?.reason.contains("no address family in common") == true)
    }

    @Test(
        "without other information, a host is reached at its source address, not at that of its guests' network"
    )
    func source() throws {
        #expect(
            try underlays { surveys in
                surveys["h1"]?.addresses = [
                    self.address("172.17.0.1"), self.address("192.168.122.1"), self.address("203.0.113.7"),
                ]
                surveys["h1"]?.sources = [self.address("203.0.113.7").address]
            } == ["203.0.113.7", "192.0.2.11"])
    }

    @Test("the operator's address takes precedence over all others, and is refused if the host does not have it")
    func configured() throws {
        func underlays(_ configured: String) throws -> [String] {
            var surveys = ["h1": plans.survey(address: 0), "h2": plans.survey(address: 1)]
            surveys["h1"]?.addresses.append(address("198.51.100.9"))
            var hosts = ["h1", "h2"].map {
                Host(name: $0, hostKey: "k", addresses: ["192.0.2.1\($0 == "h1" ? 0 : 1)"], uri: nil, memoryMiB: nil)
            }
            hosts[0].underlay = configured
            let underlay = try Underlay(of: ["h1", "h2"], hosts: hosts, surveys: surveys)
            return ["h1", "h2"].map { underlay.addresses[$0]?.description ?? "" }
        }
        #expect(try underlays("198.51.100.9") == ["198.51.100.9", "192.0.2.11"])
        let refused = #expect(throws: Refusal.self) { try underlays("198.51.100.10") }
        #expect(refused?.code == .notOffered && refused?.host == "h1" && refused?.reason.contains("underlay") == true)
    }

    @Test("a kernel without IPv6, for links of IPv6 routers")
    func kernelWithoutIPv6() throws {
        var request = plans.line()
        for index in request.routers.indices { request.routers[index].image = ImageChoice(name: "v6") }
        _ = try plans.plan(request)
        let refused = refusal(request) { $0["h2"]?.bridgesWithoutIPv6 = ["all"] }
        #expect(refused?.code == .notOffered && refused?.host == "h2" && refused?.reason.contains("IPv6") == true)
    }

    @Test("a bridge without IPv6, for the proof of a machine")
    func bridgeWithoutIPv6() {
        var survey = plans.survey(address: 0)
        #expect(survey.reasonAgainstIPv6(on: "br0") == nil)
        survey.bridgesWithoutIPv6 = ["br0"]
        #expect(survey.reasonAgainstIPv6(on: "br0")?.contains("sysctl -w net.ipv6.conf.br0.disable_ipv6=0") == true)
        #expect(survey.reasonAgainstIPv6(on: "br1") == nil)
    }

    @Test(
        "a missing program for probes of the address's family is reported with the remedy, one of the other family is not",
        arguments: [
            ("192.0.2.9", MissingProgram(.arping), "arping (apt-get install iputils-arping)" as String?),
            ("192.0.2.9", .init(.arping, isOther: true), "iputils' arping (it has another of that name)"),
            ("192.0.2.9", .init(.ping), "apt-get install iputils-ping"), ("192.0.2.9", .init(.ndisc6), nil),
            ("2001:db8::9", .init(.ndisc6), "ndisc6 (apt-get install ndisc6)"), ("2001:db8::9", .init(.arping), nil),
            ("2001:db8::9", .init(.tcpdump), nil),
        ])
    func probes(of address: String, lacked: MissingProgram, words: String?) throws {
        var survey = plans.survey(address: 0)
        survey.missingPrograms = [lacked]
        let address = try InterfaceAddress(address, subject: .address)
        let proof = Proof(
            machine: .init(id: MachineID("id-1"), name: "r1"), bridge: "br0", address: address,
            mac: MACAddress("52:54:00:00:00:01"), addressing: address.address.isIPv6 ? .ipv6 : .ipv4, probe: nil,
            seconds: 9,
            survey: survey)
        guard let words else {
            #expect(proof.before.count == 1 && proof.notes.isEmpty)
            #expect(try proof.after(.address).count == 1)
            return
        }
        // A caller who waits only for the start gets the machine, and a note about the missing check.
        #expect(proof.before.isEmpty && proof.notes.first?.contains(words) == true, "\(proof.notes)")
        #expect(try proof.after(.started).isEmpty)
        let refused = #expect(throws: Refusal.self) { try proof.after(.address) }
        #expect(refused?.code == .notOffered && refused?.reason.contains(words) == true, "\(refused?.reason ?? "")")
    }
}
