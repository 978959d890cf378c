import Testing

@testable import Model

/// What a host is told to lack before anything is made there.
@Suite("Hosts that cannot")
struct HostLackTests {
    private let plans = NetworkPlanTests()

    private func refusal(
        _ request: NetworkRequest, _ change: @escaping (inout [String: HostSurvey]) -> Void
    ) -> Refusal? {
        #expect(throws: Refusal.self) { try plans.plan(request, change: change) }
    }

    @Test("hosts of one link that have the same address for it")
    func sameUnderlay() throws {
        let refused = refusal(plans.line()) { surveys in
            surveys["h2"]?.addresses = [.init(address: IPAddress(bytes: [10, 0, 2, 15]), mtu: 1500)]
            surveys["h1"]?.addresses = [.init(address: IPAddress(bytes: [10, 0, 2, 15]), mtu: 1500)]
        }
        #expect(refused?.code == .notOffered && refused?.reason.contains("10.0.2.15") == true)
    }

    @Test("of several addresses, that to which the server's connection went")
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

    @Test("a kernel without IPv6 for links of routers that speak it")
    func kernelWithoutIPv6() throws {
        var request = plans.line()
        for index in request.routers.indices { request.routers[index].image = ImageChoice(name: "v6") }
        _ = try plans.plan(request)
        let refused = refusal(request) { $0["h2"]?.withoutIPv6 = ["all"] }
        #expect(refused?.code == .notOffered && refused?.node == "h2" && refused?.reason.contains("IPv6") == true)
    }

    @Test("a bridge without IPv6, for a machine that is to be proven there")
    func bridgeWithoutIPv6() {
        var survey = plans.survey(address: 0)
        #expect(survey.lackOfIPv6(on: "br0") == nil)
        survey.withoutIPv6 = ["br0"]
        #expect(survey.lackOfIPv6(on: "br0")?.contains("sysctl -w net.ipv6.conf.br0.disable_ipv6=0") == true)
        #expect(survey.lackOfIPv6(on: "br1") == nil)
    }
}
