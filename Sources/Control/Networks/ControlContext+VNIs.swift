internal import Model
internal import Workers

/// Numbers of VXLANs that nobody sees until the kernel is asked for them, so that a plan need not fail for one.
extension ControlContext {
    /// By host, of the parts of links that a plan makes there. A host that cannot be asked says so when they are made.
    private func refusedVNIs(of plan: Plan) async -> [String: Set<Int>] {
        var made: [(host: Host, segments: [Segment])] = []
        for lane in plan.lanes {
            let segments = plan.steps[lane.steps].compactMap { step -> Segment? in
                switch step {
                case .makeSegment(let segment): segment
                case .reshapeSegment(let reshape): reshape.to
                default: nil
                }
            }
            guard !segments.isEmpty else { continue }
            if let index = made.firstIndex(where: { $0.host.name == lane.host.name }) {
                made[index].segments += segments
            } else {
                made.append((lane.host, segments))
            }
        }
        let answers = await outcomes(over: made) { (host, segments) async throws(Refusal) in
            try await hypervisor.refusedVNIs(of: segments, on: host)
        }
        var refused: [String: Set<Int>] = [:]
        for (lane, answer) in zip(made, answers) {
            if case .success(let vnis) = answer, !vnis.isEmpty { refused[lane.host.name] = vnis }
        }
        return refused
    }

    /// Plans until no kernel refuses a number, each time with what was refused before counted as taken.
    ///
    /// - Throws: what `body` throws; `segmentTaken` for a link that exists, whose number a host refuses to which it grows.
    func planningVNIs(
        _ question: NetworkQuestion, _ body: (NetworkQuestion) throws(Refusal) -> PlannedNetwork
    ) async throws(Refusal) -> PlannedNetwork {
        var question = question
        for _ in 1...8 {
            let planned = try body(question)
            let refused = await refusedVNIs(of: planned.plan)
            guard !refused.isEmpty else { return planned }
            try check(refused, question.fleet)
            for (host, vnis) in refused { question.surveys[host]?.takenVNIs.formUnion(vnis) }
        }
        return try body(question)
    }

    /// Of a plan whose links exist.
    ///
    /// - Throws: `segmentTaken`.
    func checkVNIs(of plan: Plan, in fleet: Fleet) async throws(Refusal) {
        try check(await refusedVNIs(of: plan), fleet)
    }

    private func check(_ refused: [String: Set<Int>], _ fleet: Fleet) throws(Refusal) {
        for (host, vnis) in refused.sorted(by: { $0.key < $1.key }) {
            for network in fleet.networks {
                guard let link = network.links.first(where: { $0.vni.map(vnis.contains) == true }), let vni = link.vni
                else {
                    continue
                }
                throw Refusal(
                    .segmentTaken, .link,
                    "host '\(host)': link '\(link.name)' of network '\(network.name)' has VXLAN \(vni), which a device in another "
                        + "network namespace has there; end that, or let the link be made anew, under another name",
                    value: link.name, host: host)
            }
        }
    }
}
