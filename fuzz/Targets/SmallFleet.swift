#if DEBUG || FUZZ
    import FoundationEssentials
    @testable import Model

    /// Two hosts and a network over them, for calculations on a host's answer.
    enum SmallFleet {
        static let hosts = [1, 2].map {
            Host(name: "h\($0)", hostKey: "k", addresses: ["192.0.2.1\($0)"], uri: nil, memoryMiB: nil)
        }

        private static let image: Image = {
            var image = Image(
                name: "v4", version: "1", os: "vms-router", arch: "x86_64", kernelVersion: "6.1", stacks: ["v4"],
                note: nil,
                boot: .disk, disk: .init(digest: Digest("dd"), size: 30), diskFormat: .qcow2, diskCapacity: 1 << 30,
                minimumMemoryMiB: 96, bootSeconds: 60, takesSeed: true)
            image.addressing = .ipv4
            return image
        }()

        static let survey: HostSurvey = {
            var survey = HostSurvey(
                hypervisor: .qemu, hypervisorVersion: "7", libvirtVersion: "9", hostName: "h", cpuModel: "x", cpuMHz: 1,
                cpus: 2, coresPerSocket: 2, memoryKiB: 4 << 20, freeMemory: 1 << 32, arch: "x86_64",
                domainTypes: ["qemu"],
                bridges: [.init(name: "br0", isPhysical: true)],
                pools: [.init(name: "default", path: "/pool", available: 1 << 40)], domains: [], storesVolumes: true,
                probesAddresses: true)
            survey.addresses = [.init(address: IPAddress(bytes: [192, 0, 2, 11]), mtu: 1500)]
            survey.missingPrograms = []
            survey.shapers = [.tbf, .netem]
            return survey
        }()

        private static let request = NetworkRequest(
            name: "n1", routers: ["r1", "r2"].map { .init(name: $0, host: nil, memoryMiB: 96) },
            links: [.init(name: "ab", ends: [.init(router: "r1"), .init(router: "r2")])])

        /// Plans a network on both hosts, and an evacuation; one host has the changed survey.
        static func plan(_ change: (inout HostSurvey) -> Void) {
            var changed = survey
            change(&changed)
            for network in [request] { _ = try? plan(network, surveys: ["h1": changed, "h2": survey]) }
            _ = Evacuation(of: hosts[1], fleet: fleet, surveys: ["h1": changed, "h2": survey]).moves
        }

        static let fleet: Fleet = {
            let machine = Machine(
                id: MachineID("m9"), name: "m9", host: "h2", asked: .running, address: nil, mac: nil, bridge: "br0",
                memoryMiB: 96, vcpus: 1, image: "v4", note: nil, created: Date(timeIntervalSince1970: 0), volumes: [],
                adopted: false, bootSeconds: 60, startedAt: nil)
            return Fleet(hosts: hosts, machines: [machine], imagesOnHosts: [])
        }()

        @discardableResult
        static func plan(
            _ request: NetworkRequest, surveys: [String: HostSurvey] = ["h1": survey, "h2": survey]
        ) throws -> Plan {
            try CreateNetwork(
                NetworkPlanInput(
                    request: request, fleet: fleet, surveys: surveys,
                    catalogue: Catalogue(images: [image], defaultImage: "v4"),
                    id: NetworkID("00000000-0000-0000-0000-00000000aaaa"),
                    machines: request.routers.indices.map { MachineID("m\($0)") }, operation: OperationID("op"),
                    now: Date(timeIntervalSince1970: 0))
            ).plan().plan
        }

        static func sweep(_ copies: [ObservedCopy]) {
            let sweep = PrunePlan(
                host: hosts[0], fleet: fleet, images: [image], unfinished: [], observed: copies + copies,
                pools: survey.pools, now: Date(timeIntervalSince1970: 1e9))
            for policy in [(1, nil), (nil, 90), (nil, nil)] as [(Int?, Int?)] {
                let verdicts = sweep.verdicts(.init(unusedDays: policy.0, roomPercent: policy.1))
                consume(sweep.plan(verdicts))
            }
        }

        private static let addresses = [1, 2].map { IPAddress(bytes: [10, 0, 0, $0]) }

        static let network: VirtualNetwork = {
            let ends = [1, 2].map { number in
                VirtualNetwork.End(
                    router: "r\(number)", host: "h\(number)",
                    address: try? InterfaceAddress("10.0.0.\(number)/24", subject: .address),
                    mac: MACAddress("52:54:00:00:00:0\(number)"))
            }
            let link = VirtualNetwork.Link(
                name: "ab", medium: .vxlan(vni: 4096), prefix: IPPrefix(addresses[0], length: 24), mtu: 1450,
                ends: ends,
                places: [1, 2].map { number in
                    .init(
                        host: "h\(number)", bridge: "vms-001000",
                        underlay: IPAddress(bytes: [192, 0, 2, 10 + UInt8(number)]),
                        probe: nil, probeMAC: MACAddress("02:76:00:10:00:0\(number)"))
                }, shape: LinkShape(bandwidthKbit: 1000))
            return VirtualNetwork(
                id: NetworkID("00000000-0000-0000-0000-00000000aaaa"), name: "n1", routers: [], links: [link],
                created: Date(timeIntervalSince1970: 0))
        }()

        static let linkProof = LinkProof(
            network: "n1", link: "ab", host: "h1", bridge: "vms-001000", mtu: 1450, source: nil,
            sourceMAC: MACAddress("02:76:00:10:00:01"),
            targets: [1, 2].map {
                .init(
                    router: "r\($0)", host: "h\($0)", address: addresses[$0 - 1],
                    mac: MACAddress("52:54:00:00:00:0\($0)"),
                    probe: nil)
            }, members: [], strangers: [], medium: .vxlan(vni: 4096), seconds: 1)

        static let reachProof = ReachProof(
            network: "n1", link: "ab", host: "h1", bridge: "vms-001000", mtu: 1450,
            source: network.links[0].ends[0].address ?? linkProofSource, sourceMAC: MACAddress("02:76:00:10:00:01"),
            gateway: .init(router: "r1", link: "ab", address: addresses[0]),
            targets: [.init(router: "r2", link: "bc", address: addresses[1])], seconds: 1)

        private static var linkProofSource: InterfaceAddress { fatalError("10.0.0.1/24 is an address") }

        static let flow = MoveFlow(
            link: "ab", host: hosts[0], bridge: "vms-001000", mtu: 1450, source: nil,
            sourceMAC: MACAddress("02:76:00:10:00:01"), target: addresses[0])
    }
#endif
