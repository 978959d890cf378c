import FoundationEssentials
import Testing

@testable import Model

/// Whole networks in the form in which a person reads their plans, and every impossible request.
@Suite struct NetworkPlanTests {
    private let hosts = ["h1", "h2", "h3"].enumerated().map { index, name in
        Host(name: name, hostKey: "k", addresses: ["192.0.2.1\(index)"], uri: nil, memoryMiB: nil)
    }

    private func image(_ name: String, _ addressing: Image.Addressing) -> Image {
        var image = Image(
            name: name, version: "1", os: "vms-router", arch: "x86_64", kernelVersion: "6.1", stacks: [name], note: nil,
            boot: .disk, disk: .init(digest: Digest("dd"), size: 30), diskFormat: .qcow2, diskCapacity: 1 << 30,
            minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)
        image.addressing = addressing
        image.convergeSeconds = 45
        image.probe = .init(protocolName: "rip", frames: "udp port 520")
        return image
    }

    func survey(mtu: Int = 1500, address: Int, free: Int64 = 1000) -> HostSurvey {
        var survey = HostSurvey(
            hypervisor: .qemu, hypervisorVersion: "7", libvirtVersion: "9", hostName: "h", cpuModel: "x", cpuMHz: 1,
            cpus: 2, coresPerSocket: 2, memoryKiB: 4 << 20, freeMemory: free << 20, arch: "x86_64",
            domainTypes: ["qemu"], bridges: [.init(name: "br0", isPhysical: true)],
            pools: [.init(name: "default", path: "/pool", available: 1 << 40)], domains: [], storesVolumes: true,
            probesAddresses: true)
        survey.addresses = [.init(address: IPAddress(bytes: [192, 0, 2, UInt8(10 + address)]), mtu: mtu)]
        survey.missingPrograms = []
        survey.shapers = [.tbf, .netem]
        return survey
    }

    func plan(
        _ request: NetworkRequest, networks: [VirtualNetwork] = [], machines: [Machine] = [],
        vnis: ClosedRange<Int> = NetworkPlanInput.defaultVNIs, change: (inout [String: HostSurvey]) -> Void = { _ in }
    ) throws -> Plan {
        var surveys = ["h1": survey(address: 0), "h2": survey(address: 1), "h3": survey(address: 2)]
        change(&surveys)
        var question = NetworkPlanInput(
            request: request,
            fleet: Fleet(hosts: hosts, machines: machines, imagesOnHosts: [], networks: networks), surveys: surveys,
            catalogue: Catalogue(
                images: [image("v4", .ipv4), image("v6", .ipv6), image("l2", .none)], defaultImage: "v4"),
            id: NetworkID("00000000-0000-0000-0000-00000000aaaa"),
            machines: request.routers.indices.map { MachineID("m\($0)") }, operation: OperationID("op"),
            now: Date(timeIntervalSince1970: 0))
        question.vnis = vnis
        return try CreateNetwork(question).plan().plan
    }

    func line(_ change: (inout NetworkRequest) -> Void = { _ in }) -> NetworkRequest {
        var request = NetworkRequest(
            name: "n1",
            routers: ["h1", "h2", "h3"].enumerated().map { index, host in
                .init(name: "r\(index + 1)", host: host, memoryMiB: 96)
            },
            links: [
                .init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")]),
                .init(name: "bc", ends: [.init(router: "r2"), .init(router: "r3")]),
            ])
        change(&request)
        return request
    }

    func network(_ plan: Plan) throws -> VirtualNetwork {
        guard case .insertNetwork(let network)? = plan.atBegin.first else {
            throw Refusal(.internalError, "no network")
        }
        return network
    }

    /// Stage and host, followed by the steps.
    func text(_ plan: Plan, _ network: VirtualNetwork) -> String {
        plan.lanes.map { lane in
            (["\(lane.stage) \(lane.phase) \(lane.host.name)"]
                + plan.steps[lane.steps].map { "  " + $0.words(in: network) }).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    @Test func aLineOfThree() throws {
        let made = try plan(line())
        #expect(
            text(made, try network(made)) == """
                0 segments h1
                  make bridge vms-001000 and VXLAN 4096 to 192.0.2.11, MTU 1450
                0 segments h2
                  make bridge vms-001000 and VXLAN 4096 to 192.0.2.10, MTU 1450
                0 segments h2
                  make bridge vms-001001 and VXLAN 4097 to 192.0.2.12, MTU 1450
                0 segments h3
                  make bridge vms-001001 and VXLAN 4097 to 192.0.2.11, MTU 1450
                1 routers h1
                  send a file of image v4 (30 bytes)
                  make disk vms-m0-disk.qcow2 of 1 GiB, as an overlay of the image
                  seed r1 with its name and addresses: 10.0.0.1/24
                  define r1 with 96 MiB on link ab as 10.0.0.1/24
                  start r1
                1 routers h2
                  send a file of image v4 (30 bytes)
                  make disk vms-m1-disk.qcow2 of 1 GiB, as an overlay of the image
                  seed r2 with its name and addresses: 10.0.0.2/24, 10.0.1.1/24
                  define r2 with 96 MiB on link ab as 10.0.0.2/24, on link bc as 10.0.1.1/24
                  start r2
                1 routers h3
                  send a file of image v4 (30 bytes)
                  make disk vms-m2-disk.qcow2 of 1 GiB, as an overlay of the image
                  seed r3 with its name and addresses: 10.0.1.2/24
                  define r3 with 96 MiB on link bc as 10.0.1.2/24
                  start r3
                2 links h1
                  prove link ab from h1 as 10.0.0.254: r1 within 60 s
                2 links h2
                  prove link ab from h2 as 10.0.0.253: r2 within 60 s
                2 links h2
                  prove link bc from h2 as 10.0.1.254: r2 within 60 s
                2 links h3
                  prove link bc from h3 as 10.0.1.253: r3 within 60 s
                3 across h1
                  prove link ab from h1 as 10.0.0.254: r2 within 20 s
                3 across h2
                  prove link ab from h2 as 10.0.0.253: r1 within 20 s
                3 across h2
                  prove link bc from h2 as 10.0.1.254: r3 within 20 s
                3 across h3
                  prove link bc from h3 as 10.0.1.253: r2 within 20 s
                3 reach h1
                  reach from link ab by r1: r2 on bc, r3 on bc within 45 s
                3 reach h2
                  reach from link bc by r2: r1 on ab, r2 on ab within 45 s
                """)
        let seeds = made.steps.compactMap { if case .writeSeed(let write) = $0 { write.seed } else { nil } }
        #expect(seeds.map { $0.interfaces.map(\.mtu) } == [[1450], [1450, 1450], [1450]])
    }

    @Test func destroyed() throws {
        let made = try plan(line())
        let machines = made.atBegin.compactMap { if case .insertMachine(let machine) = $0 { machine } else { nil } }
        let fleet = Fleet(hosts: hosts, machines: machines, imagesOnHosts: [], networks: [try network(made)])
        let plan = NetworkPlans(network: try network(made), fleet: fleet).destroy(now: Date(timeIntervalSince1970: 9))
        #expect(
            text(plan, try network(made)) == """
                0 routers h1
                  stop r1 immediately
                  remove the definition of r1
                  remove vms-m0-disk.qcow2
                  remove vms-m0-seed.iso
                0 routers h2
                  stop r2 immediately
                  remove the definition of r2
                  remove vms-m1-disk.qcow2
                  remove vms-m1-seed.iso
                0 routers h3
                  stop r3 immediately
                  remove the definition of r3
                  remove vms-m2-disk.qcow2
                  remove vms-m2-seed.iso
                1 segments h1
                  remove bridge vms-001000 and VXLAN 4096 to 192.0.2.11
                1 segments h2
                  remove bridge vms-001000 and VXLAN 4096 to 192.0.2.10
                  remove bridge vms-001001 and VXLAN 4097 to 192.0.2.12
                1 segments h3
                  remove bridge vms-001001 and VXLAN 4097 to 192.0.2.11
                """)
        #expect(plan.recovery == .resume && plan.onSuccess.last == .removeNetwork("n1"))
    }

    @Test("a network without a remaining host is removed without a step")
    func destroyedWithoutHosts() throws {
        let network = try network(try plan(line()))
        let fleet = Fleet(hosts: [], machines: [], imagesOnHosts: [], networks: [network])
        let plan = NetworkPlans(network: network, fleet: fleet).destroy(now: Date(timeIntervalSince1970: 9))
        #expect(plan.steps.isEmpty && plan.onSuccess == [.removeNetwork("n1")])
    }

    @Test("a second network gets its own VNIs and MACs, and may use the same addresses and names of links")
    func besideAnother() throws {
        let first = try network(try plan(line()))
        let second = try network(
            try plan(
                line { request in
                    request.name = "n2"
                    for index in request.routers.indices { request.routers[index].name = "s\(index + 1)" }
                    request.links = request.links.map { link in
                        .init(name: link.name, ends: link.ends.map { .init(router: "s" + $0.router.dropFirst()) })
                    }
                }, networks: [first]))
        #expect(second.links.map(\.vni) == [4098, 4099])
        #expect(second.links.map(\.prefix) == first.links.map(\.prefix))
        #expect(second.links.map(\.name) == first.links.map(\.name))
    }

    @Test("a link in one host needs no VXLAN and may carry more than the underlay")
    func withinAHost() throws {
        let plan = try plan(
            line { request in
                for index in request.routers.indices { request.routers[index].host = "h1" }
                request.links[0].mtu = 9000
            })
        let network = try network(plan)
        #expect(network.links.map(\.mtu) == [9000, 1450], "a default MTU allows a move to other hosts")
        #expect(network.links.flatMap(\.places).map(\.host) == ["h1", "h1"])
        // The image is sent once for all three.
        #expect(plan.steps.count { $0.isShared } == 1)
    }

    @Test("without a requested host, the one with most memory left is chosen, with the reason")
    func placed() throws {
        let plan = try plan(line { for index in $0.routers.indices { $0.routers[index].host = nil } }) { surveys in
            surveys["h2"]?.freeMemory = 1050 << 20
        }
        let routers = try network(plan).routers
        #expect(routers.map(\.host) == ["h2", "h1", "h3"])
        #expect(routers[0].placedBecause == "most memory left: 1050 MiB")
    }

    @Test("without IP there are no addresses, and frames alone prove a link")
    func withoutIP() throws {
        let plan = try plan(line { for index in $0.routers.indices { $0.routers[index].image.name = "l2" } })
        let network = try network(plan)
        #expect(network.links.allSatisfy { $0.prefix == nil && $0.ends.allSatisfy { $0.address == nil } })
        #expect(!plan.steps.contains { if case .proveReach = $0 { true } else { false } })
    }

    @Test func thePapersForm() throws {
        let vectors = NetworkVectors(
            hostCount: 2, hosts: ["192.0.2.10", "h2"], names: ["r1", "r2"], addresses: ["10.0.0.1", "10.0.0.2"],
            memories: [96, 96], interfaces: [])
        let network = try network(try plan(try vectors.request(name: "n1", image: .init())))
        #expect(network.routers.map(\.host) == ["h1", "h2"])
        #expect(network.links.map { $0.ends.map { "\($0.address!)" } } == [["10.0.0.1/24", "10.0.0.2/24"]])
        var physical = vectors
        physical.interfaces = ["br0", "br0"]
        let mapped = try self.network(try plan(try physical.request(name: "n1", image: .init())))
        #expect(mapped.links.map(\.vni) == [nil] && mapped.links[0].places.map(\.bridge) == ["br0", "br0"])
    }
}
