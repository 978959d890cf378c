internal import Model
internal import Workers

/// Asks kernels for VNIs that are in use but cannot be listed, so that a plan does not fail because of one.
extension ControlContext {
    /// The refused VNIs, by host, of the segments that a plan creates. A host that does not answer reports them only
    /// when the segments are created.
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

    /// Plans until no kernel refuses a VNI; each round treats the VNIs refused before as taken.
    ///
    /// - Throws: the errors of `body`; `segmentTaken` if an existing link is to extend to a host that refuses its VNI.
    func planningVNIs(
        _ question: NetworkPlanInput, _ body: (NetworkPlanInput) throws(Refusal) -> PlannedNetwork
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

    /// Checks a plan whose links exist already.
    ///
    /// - Throws: `segmentTaken` if a host refuses the VNI of a link.
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
                    "host '\(host)': link '\(link.name)' of network '\(network.name)' has VXLAN \(vni), which a device in "
                        + "another network namespace of the host uses; remove that device, or recreate the link "
                        + "under another name",
                    value: link.name, host: host)
            }
        }
    }
}
