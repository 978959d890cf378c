import Testing

@testable import Model

/// Links with prefixes without a spare address, with link-local prefixes, or with many prefixes.
extension NetworkPlanTests {
    private func proofs(_ plan: Plan) -> [LinkProof] {
        plan.steps.compactMap { if case .proveLink(let proof) = $0 { proof } else { nil } }
    }

    private func reach(_ plan: Plan) -> [ReachProof] {
        plan.steps.compactMap { if case .proveReach(let proof) = $0 { proof } else { nil } }
    }

    private func addressed(_ one: String?, _ other: String?, _ image: String = "v4") -> NetworkRequest {
        line { request in
            for index in request.routers.indices { request.routers[index].image.name = image }
            (request.links[0].ends[0].address, request.links[0].ends[1].address) = (one, other)
        }
    }

    @Test("two routers of a /31 are probed with each other's address if both are on the probing host")
    func pointToPoint() throws {
        let made = try plan(addressed("10.1.0.0/31", "10.1.0.1/31"))
        let link = try network(made).links[0]
        #expect(link.ends.map { "\($0.address!)" } == ["10.1.0.0/31", "10.1.0.1/31"])
        #expect(link.places.allSatisfy { $0.probe == nil })
        let tests = proofs(made).filter { $0.link == "ab" }
        #expect(tests.allSatisfy { $0.source == nil })
        let targets = tests.flatMap { proof in
            proof.targets.map { "\(proof.host) \($0.router) \($0.lender?.description ?? "-")" }
        }
        #expect(targets == ["h1 r1 -", "h2 r2 -", "h1 r2 10.1.0.0", "h2 r1 10.1.0.1"])
        // No test starts from this link, but its addresses are tested from another one.
        #expect(reach(made).map(\.link) == ["bc"])
        #expect(reach(made)[0].targets.map { "\($0.address)" } == ["10.1.0.0", "10.1.0.1"])
        let words = made.steps.map { $0.words(in: try? network(made)) }
        #expect(words.contains { $0.hasPrefix("prove link ab from h2 without an address of its own, full frames in") })
        #expect(
            words.contains { $0.hasPrefix("prove link ab from h1 without an address of its own, and without full") })
    }

    @Test("if no link has an address from which others could be probed, the plan says so")
    func nothingAcross() throws {
        var request = addressed("10.1.0.0/31", "10.1.0.1/31")
        #expect(try plan(request).notes == [])
        (request.links[1].ends[0].address, request.links[1].ends[1].address) = ("10.2.0.0/31", "10.2.0.1/31")
        let made = try plan(request)
        #expect(reach(made).isEmpty && made.notes.count == 1)
        #expect(made.notes.first?.contains("no addresses are probed across links ab, bc") == true, "\(made.notes)")
    }

    @Test(
        "the prefix comes from the ends that give one, and determines the other addresses",
        arguments: [
            ("10.1.0.0/31", nil, ["10.1.0.0/31", "10.1.0.1/31"]), ("10.1.0.1/31", nil, ["10.1.0.1/31", "10.1.0.0/31"]),
            ("10.1.1.0", "10.1.0.1/16", ["10.1.1.0/16", "10.1.0.1/16"]),
            ("10.1.0.1/16", "10.1.255.0", ["10.1.0.1/16", "10.1.255.0/16"]),
            (nil, "10.1.0.2/30", ["10.1.0.1/30", "10.1.0.2/30"]),
            ("10.1.0.1/29", "10.1.0.2", ["10.1.0.1/29", "10.1.0.2/29"]),
        ] as [(String?, String?, [String])])
    func chosen(one: String?, other: String?, expected: [String]) throws {
        let link = try network(try plan(addressed(one, other))).links[0]
        #expect(link.ends.map { "\($0.address!)" } == expected)
    }

    @Test("IPv6 has a source address for probes on every link", arguments: [("fd00:1::/127", "fd00:1::1/127")])
    func pointToPointOfIPv6(one: String, other: String) throws {
        let made = try plan(addressed(one, other, "v6"))
        let link = try network(made).links[0]
        let probes = link.places.compactMap(\.probe)
        #expect(
            probes.count == 2 && Set(probes).count == 2
                && probes.allSatisfy { $0.address.isLinkLocal && $0.prefix == 64 })
        #expect(proofs(made).allSatisfy { $0.source != nil && $0.targets.allSatisfy { $0.lender == nil } })
        // No router forwards packets from that address.
        #expect(reach(made).map(\.link) == ["bc"] && reach(made)[0].targets.count == 2)
    }

    @Test(
        "a stub has one router and is probed by ARP, or from an address of its own",
        arguments: [
            ("10.255.0.1/32", "v4"), ("fd00:9::1/128", "v6"),
        ])
    func stub(address: String, image: String) throws {
        let made = try plan(
            line { request in
                for index in request.routers.indices { request.routers[index].image.name = image }
                request.links[0].ends = [.init(router: "r1", address: address)]
            })
        let proof = try #require(proofs(made).first { $0.link == "ab" })
        #expect(proof.targets.map(\.lender) == [nil] && (proof.source == nil) == (image == "v4"))
        #expect(try network(made).links[0].ends[0].address?.description == address)
        // Over IPv4 there can be no neighbour to which a stack would send.
        #expect((proof.targets[0].probe == nil) == (image == "v4"))
    }

    @Test("every length of a link's prefix is planned or refused", arguments: ["10.85.170.85", "fd55:aa55::55aa:55aa"])
    func everyLength(text: String) throws {
        let address = try #require(IPAddress(text))
        for length in 1...address.bits {
            let prefix = IPPrefix(address, length: length)
            for given in [nil, "\(address)", "\(prefix.base)"] {
                var request = addressed(given, nil, address.isIPv6 ? "v6" : "v4")
                request.links[0].prefix = prefix.description
                do {
                    let link = try network(try plan(request)).links[0]
                    let addresses = link.ends.compactMap(\.address)
                    #expect(
                        Set(addresses.map(\.address)).count == 2 && addresses.allSatisfy { prefix.contains($0.address) }
                    )
                    let probes = link.places.compactMap(\.probe?.address)
                    #expect(Set(probes + addresses.map(\.address)).count == 2 + probes.count)
                } catch let refusal as Refusal {
                    #expect([.linkInvalid, .invalidAddress].contains(refusal.code), "\(prefix): \(refusal.reason)")
                }
            }
        }
    }

    @Test("fe80::/64 exists on each link separately")
    func linkLocal() throws {
        let made = try plan(
            line { request in
                for index in request.routers.indices { request.routers[index].image.name = "v6" }
                for index in 0...1 {
                    request.links[index].ends[0].address = "fe80::1/64"
                    request.links[index].ends[1].address = "fe80::2/64"
                }
                request.links.append(.init(name: "cd", ends: [.init(router: "r3"), .init(router: "r1")]))
            })
        #expect(
            try network(made).links.map(\.prefix?.description) == ["fe80::/64", "fe80::/64", "fd00:766d:7300::/64"])
        // There is no link on which a router would forward the probes.
        #expect(reach(made).isEmpty)
    }

    @Test(
        "a router cannot distinguish two links with one prefix",
        arguments: ["169.254.0.0/16", "10.9.0.0/16", "fd00:7::/64"])
    func twice(prefix: String) throws {
        var request = addressed(nil, nil, prefix.contains(":") ? "v6" : "v4")
        for index in 0...1 { request.links[index].prefix = prefix }
        #expect { try plan(request) } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .linkInvalid && refusal?.reason.contains("could not tell") == true
        }
        // If no router is on both links, a link-local prefix may be used twice.
        request.links[1].ends = [.init(router: "r3")]
        if prefix.hasPrefix("169.254") {
            #expect(throws: Never.self) { try plan(request) }
        } else {
            #expect(throws: Refusal.self) { try plan(request) }
        }
    }

    @Test("a given prefix is not allocated to an earlier link")
    func givenFirst() throws {
        let made = try network(try plan(line { $0.links[1].prefix = "10.0.0.0/24" }))
        #expect(made.links.map(\.prefix?.description) == ["10.0.1.0/24", "10.0.0.0/24"])
    }

    @Test("memory depends on the number of interfaces")
    func memory() throws {
        func request(_ links: Int, _ memory: Int64?) -> NetworkRequest {
            line { request in
                for index in request.routers.indices { request.routers[index].memoryMiB = memory }
                request.links = (0..<links).map {
                    .init(name: "l\($0)", ends: [.init(router: "r1"), .init(router: "r2")])
                }
            }
        }
        let made = try plan(request(40, nil))
        let machines = made.atBegin.compactMap { if case .insertMachine(let machine) = $0 { machine } else { nil } }
        #expect(machines.map(\.memoryMiB) == [132, 132, 96])
        #expect { try plan(request(40, 96)) } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .outOfRange && refusal?.machine == "r1"
                && refusal?.reason.contains("at least 132 MiB for 40 network interfaces") == true
        }
        #expect(try network(try plan(request(40, 132))).links.count == 40)
        #expect { try plan(request(65, nil)) } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .tooMany && refusal?.reason.contains("65 interfaces; 64 is the most") == true
        }
    }

    @Test("the number of ends is limited")
    func ends() throws {
        let request = line { request in
            request.links = (0..<5462).map { number in
                .init(name: "l\(number)", ends: ["r1", "r2", "r3"].map { .init(router: $0) })
            }
        }
        #expect { try plan(request) } throws: { error in
            let refusal = error as? Refusal
            return refusal?.code == .tooMany && refusal?.reason.contains("16386 ends in all; 16384 is the most") == true
        }
    }

    @Test("the largest allowed network can be planned", .timeLimit(.minutes(2)))
    func largest() throws {
        let names = (0..<1024).map { "r\($0)" }
        let request = line { request in
            request.routers = names.map { .init(name: $0, host: "h1", memoryMiB: nil) }
            request.links = (0..<16).map { number in
                .init(name: "l\(number)", ends: names.map { .init(router: $0) }, prefix: "10.\(number).0.0/16")
            }
        }
        let made = try plan(request) { $0["h1"]?.freeMemory = 1 << 50 }
        let places = InterfacePlaces(of: try network(made))
        #expect(made.steps.map { $0.words(places).utf8.count }.reduce(0, +) > 0)
        let addresses = try network(made).links.map { Set($0.ends.compactMap(\.address)).count }
        #expect(addresses == Array(repeating: 1024, count: 16))
    }
}
