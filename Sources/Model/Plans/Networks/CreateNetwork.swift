package import FoundationEssentials

/// Plans the creation of a whole virtual network: a question to the model, answered by a ``Plan`` or a ``Refusal``.
package struct CreateNetwork {
    package var request: NetworkRequest
    package var fleet: Fleet
    /// Of every host that may carry a part of it, by name.
    package var surveys: [String: HostSurvey]
    package var catalogue: Catalogue
    /// Drawn beforehand, so that the same question has the same answer: one for the network, one for each router.
    package var id: NetworkID
    package var machines: [MachineID]
    package var operation: OperationID
    package var now: Date

    package init(
        request: NetworkRequest, fleet: Fleet, surveys: [String: HostSurvey], catalogue: Catalogue, id: NetworkID,
        machines: [MachineID], operation: OperationID, now: Date
    ) {
        self.request = request
        self.fleet = fleet
        self.surveys = surveys
        self.catalogue = catalogue
        self.id = id
        self.machines = machines
        self.operation = operation
        self.now = now
    }

    /// - Throws: whatever of the request cannot be: with the router, the link or the host that it concerns.
    package func plan() throws(Refusal) -> Plan {
        try NetworkNames(request, fleet: fleet).check()
        let images = try images()
        var placement = Placement(fleet: fleet, surveys: surveys)
        var places: [String: Placement.Place] = [:]
        for router in request.routers {
            places[router.name] = try placement.place(router, memory: memory(of: router, images))
        }
        let segments = try SegmentPlans(
            request: request, fleet: fleet, surveys: surveys, places: places, images: images)
        let drafts = try drafts(segments, places, images)
        let network = network(segments, drafts, places)
        let nodes = fleet.nodes.filter { network.nodes.contains($0.name) }
        let staged = staged(network, drafts, nodes)
        var plan = Plan(
            service: "createVirtualNetwork", node: nodes[0], machine: "", steps: staged.steps, recovery: .undo,
            atBegin: [.insertNetwork(network)] + drafts.map { .insertMachine($0.machine) } + needed(drafts),
            onFailure: [.removeNetwork(network.name)] + drafts.map { .removeMachine($0.machine.id) })
        plan.lanes = staged.lanes
        plan.network = network.name
        plan.members = drafts.map { MachineOnNode(node: $0.machine.node, machine: $0.machine.name) }
        return plan
    }

    /// Copies of images that were on hosts before: of what the plan sends itself, there is no record yet.
    private func needed(_ drafts: [MachineDraft]) -> [RecordChange] {
        let found = Set(drafts.flatMap(\.found)).intersection(fleet.imagesOnNodes)
        return found.sorted { ($0.node, $0.digest.text) < ($1.node, $1.digest.text) }.map {
            .imageIsNeeded($0, at: now)
        }
    }

    private func images() throws(Refusal) -> [String: Image] {
        var images: [String: Image] = [:]
        for router in request.routers {
            do throws(Refusal) {
                images[router.name] = try catalogue.image(router.image)
            } catch {
                throw error.at(machine: router.name.shown)
            }
        }
        return images
    }

    private func memory(of router: NetworkRequest.Router, _ images: [String: Image]) -> Int64 {
        router.memoryMiB ?? images[router.name]?.minimumMemoryMiB ?? 128
    }

    /// The machines one after the other: each is planned on a host that the ones before have changed.
    private func drafts(
        _ segments: SegmentPlans, _ places: [String: Placement.Place], _ images: [String: Image]
    ) throws(Refusal) -> [MachineDraft] {
        var (fleet, surveys, drafts): (Fleet, [String: HostSurvey], [MachineDraft]) = (fleet, surveys, [])
        var macs = fleet.macs
        for (index, router) in request.routers.enumerated() {
            guard let node = places[router.name]?.node, let survey = surveys[node.name] else {
                throw Refusal(.nodeUnreachable, "the host of router '\(router.name.shown)' was not asked")
            }
            let memory = memory(of: router, images)
            var asked = MachineRequest(node: node.name, name: router.name, address: "", memoryMiB: memory)
            asked.image = router.image
            asked.vcpus = router.vcpus
            asked.note = router.note
            asked.startsWithHost = true
            do throws(Refusal) {
                var question = CreateMachine(
                    request: asked, fleet: fleet, survey: survey, catalogue: catalogue, id: machines[index],
                    operation: operation, now: now)
                question.macs = macs
                var draft = try question.draft(on: node, attachments: segments.attachments(of: router))
                macs.formUnion(draft.interfaces.map(\.mac))
                draft.join(request.name)
                fleet.machines.append(draft.machine)
                for case .sendImage(let send) in draft.storage {
                    fleet.imagesOnNodes.append(
                        ImageOnNode(node: node.name, digest: send.file.digest, volume: send.volume))
                }
                if let left = survey.freeMemory {
                    surveys[node.name]?.freeMemory = left - memory * 1_048_576
                }
                drafts.append(draft)
            } catch {
                throw error.at(node: node.name, machine: router.name.shown)
            }
        }
        return drafts
    }

    private func network(
        _ segments: SegmentPlans, _ drafts: [MachineDraft], _ places: [String: Placement.Place]
    ) -> VirtualNetwork {
        let routers = zip(request.routers, drafts).map { router, draft in
            VirtualNetwork.Router(
                name: router.name, machine: draft.machine.id, node: draft.machine.node,
                placedBecause: places[router.name]?.because, bootSeconds: draft.machine.bootSeconds,
                convergeSeconds: draft.image?.convergeSeconds ?? 60, probe: draft.image?.probe)
        }
        var macs: [String: [MACAddress]] = [:]
        for draft in drafts { macs[draft.machine.name] = draft.interfaces.map(\.mac) }
        return VirtualNetwork(
            id: id, name: request.name, routers: routers, links: segments.links(id: id, macs: macs), created: now)
    }

    private func staged(_ network: VirtualNetwork, _ drafts: [MachineDraft], _ nodes: [Node]) -> StagedSteps {
        var staged = StagedSteps()
        staged.add(
            "segments", NetworkPlans.segments(of: network).mapValues { $0.map(Step.makeSegment) }, on: nodes,
            atOnce: NetworkPlans.atOnce)
        staged.add(
            "routers",
            Dictionary(grouping: drafts, by: \.machine.node).mapValues { drafts in drafts.flatMap(Self.creation) },
            on: nodes)
        let proofs = NetworkProofs(of: network, beside: fleet.networks)
        let byNode = { (proofs: [LinkProof]) in
            Dictionary(grouping: proofs, by: \.node).mapValues { $0.map(Step.proveLink) }
        }
        staged.add("links", byNode(proofs.atHome(boots: true)), on: nodes, atOnce: NetworkPlans.atOnce)
        staged.add("across", byNode(proofs.across()), on: nodes, atOnce: NetworkPlans.atOnce)
        staged.add(
            "reach", Dictionary(grouping: proofs.reach(), by: \.node).mapValues { $0.map(Step.proveReach) }, on: nodes,
            atOnce: NetworkPlans.atOnce)
        return staged
    }

    private static func creation(_ draft: MachineDraft) -> [Step] {
        var steps = draft.storage
        if let address = draft.machine.physicalAddress, draft.image?.addressing != Image.Addressing.none {
            steps.append(
                .checkAddressFree(
                    AddressProbe(
                        machine: draft.reference, bridge: draft.interfaces[0].bridge, address: address,
                        mac: draft.interfaces[0].mac, seconds: 1)))
        }
        return steps + [.defineMachine(draft.spec), .startMachine(draft.reference)]
    }
}
