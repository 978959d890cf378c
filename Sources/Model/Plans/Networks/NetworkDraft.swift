package import FoundationEssentials

/// The input for the plan of a network: the request, the fleet and the surveys.
package struct NetworkPlanInput {
    package var request: NetworkRequest
    package var fleet: Fleet
    /// Surveys of all hosts that may carry a part of it, by name.
    package var surveys: [String: HostSurvey]
    package var catalogue: Catalogue
    /// Generated in advance, so that the same input has the same result: one id for the network, one for each
    /// router. Existing objects keep their own.
    package var id: NetworkID
    package var machines: [MachineID]
    package var operation: OperationID
    package var now: Date
    /// The range from which new links get their VNIs.
    package var vnis = defaultVNIs

    /// The default range: lower VNIs are left to others.
    package static let defaultVNIs = 4096...Foreign.vni.upperBound

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
}

/// A network with every choice made, before any step: its record and its machines.
struct NetworkDraft {
    let network: VirtualNetwork
    /// In the request's order.
    let machines: [MachineDraft]
    let hosts: [Host]

    private let input: NetworkPlanInput
    private let images: [String: Image]
    /// The existing network, which keeps its hosts, names of segments and MAC addresses.
    private let kept: ExistingNetwork?

    /// - Parameter kept: the existing network; the request then contains its routers' hosts and its addresses.
    /// - Throws: the first part of the request that is not possible, with the router, the link or the host that
    ///   it concerns.
    init(_ input: NetworkPlanInput, kept: ExistingNetwork? = nil) throws(Refusal) {
        self.input = input
        self.kept = kept
        let request = input.request
        images = try Self.images(input, kept)
        var placement = Placement(fleet: input.fleet, surveys: input.surveys)
        let interfaces = RouterInterfaces(request)
        var shapes: [String: [LinkShape]] = [:]
        for link in request.links {
            let conditions = kept?.network.link(link.name)?.conditions
            guard let shape = conditions.map({ $0.shape(over: link.shape) }) ?? link.shape else { continue }
            for end in link.ends { shapes[end.router, default: []].append(shape) }
        }
        var places: [String: Placement.Place] = [:]
        for router in request.routers {
            if let existing = kept?.router(router.name) {
                places[router.name] = Placement.Place(
                    host: try input.fleet.host(existing.host), because: existing.placedBecause)
            } else {
                places[router.name] = try placement.place(
                    router, memory: Self.memory(of: router, images, interfaces), shapes: shapes[router.name] ?? [])
            }
        }
        let segments = try SegmentPlans(
            request: request, fleet: kept?.others(in: input.fleet) ?? input.fleet, surveys: input.surveys,
            places: places, images: images, kept: kept?.network, vnis: input.vnis)
        machines = try Self.drafts(input, segments, places, images, interfaces, kept)
        var macs: [String: [MACAddress]] = [:]
        for draft in machines { macs[draft.machine.name] = draft.interfaces.map(\.mac) }
        let id = kept?.network.id ?? input.id
        let routers = zip(request.routers, machines).map { router, draft in
            VirtualNetwork.Router(
                name: router.name, machine: draft.machine.id, host: draft.machine.host,
                placedBecause: places[router.name]?.because, bootSeconds: draft.machine.bootSeconds,
                convergeSeconds: draft.image?.convergeSeconds ?? 60, probe: draft.image?.probe,
                weight: router.weight, cap: router.cap)
        }
        var network = VirtualNetwork(
            id: id, name: request.name, routers: routers, links: segments.links(id: id, macs: macs),
            created: kept?.network.created ?? input.now)
        network.team = kept?.network.team ?? request.team
        network.isByVectors = kept?.network.isByVectors ?? request.isByVectors
        self.network = network
        let names = Set(network.hosts)
        hosts = input.fleet.hosts.filter { names.contains($0.name) }
        try Self.checkAbandoned(network, input.fleet)
    }

    /// A link's part that was abandoned on a host may still exist, with routers on it that are no longer
    /// managed.
    private static func checkAbandoned(_ network: VirtualNetwork, _ fleet: Fleet) throws(Refusal) {
        var places: [Int: Set<String>] = [:]
        for one in fleet.abandoned {
            if let vni = one.vni { places[vni, default: []].insert(one.place) }
        }
        for link in network.links {
            for place in link.places {
                guard let vni = link.vni, places[vni]?.contains(place.host) == true else { continue }
                throw Refusal(
                    .hostInUse, .host,
                    "link '\(link.name)': host '\(place.host)' may still have an abandoned part of it; end that first "
                        + "(endAbandoned)", value: place.host, host: place.host)
            }
        }
    }

    private static func images(
        _ input: NetworkPlanInput, _ kept: ExistingNetwork?
    ) throws(Refusal) -> [String: Image] {
        var images: [String: Image] = [:]
        for router in input.request.routers {
            do throws(Refusal) {
                images[router.name] =
                    if let machine = kept?.machine(router.name) {
                        try input.catalogue.image(of: machine, requested: router.image)
                    } else {
                        try input.catalogue.image(router.image)
                    }
            } catch {
                throw error.at(machine: router.name.shown)
            }
        }
        return images
    }

    private static func memory(
        of router: NetworkRequest.Router, _ images: [String: Image], _ interfaces: RouterInterfaces
    ) -> Int64 {
        router.memoryMiB
            ?? images[router.name].map {
                InterfaceNeed.leastMemory(of: $0, interfaces: interfaces.count(of: router.name))
            } ?? 128
    }

    /// The machines, planned one after the other: each on a host whose resources the previous ones have
    /// reduced. Their names are known to differ, so that no plan has to look at the others.
    private static func drafts(
        _ input: NetworkPlanInput, _ segments: SegmentPlans, _ places: [String: Placement.Place],
        _ images: [String: Image], _ interfaces: RouterInterfaces, _ kept: ExistingNetwork?
    ) throws(Refusal) -> [MachineDraft] {
        var (fleet, surveys, drafts): (Fleet, [String: HostSurvey], [MachineDraft]) = (
            input.fleet, input.surveys, []
        )
        var macs: Set<MACAddress> = []
        for (index, router) in input.request.routers.enumerated() {
            guard let host = places[router.name]?.host, let survey = surveys[host.name] else {
                throw Refusal(.hostUnreachable, "the host of router '\(router.name.shown)' was not asked")
            }
            let memory = memory(of: router, images, interfaces)
            let existing = kept?.machine(router.name)
            var machine = MachineRequest(host: host.name, name: router.name, address: "", memoryMiB: memory)
            machine.image = images[router.name].map { ImageChoice(name: $0.reference) } ?? router.image
            machine.vcpus = router.vcpus
            machine.note = router.note
            machine.startsWithHost = true
            machine.team = kept?.network.team ?? input.request.team
            do throws(Refusal) {
                var creation = CreateMachine(
                    request: machine, fleet: fleet, survey: survey, catalogue: input.catalogue,
                    id: existing?.id ?? input.machines[index], operation: input.operation, now: input.now)
                creation.macs = macs
                creation.existing = existing
                var draft = try creation.draft(on: host, attachments: segments.attachments(of: router))
                macs.formUnion(draft.interfaces.map(\.mac))
                draft.join(input.request.name)
                try draft.schedule(weight: router.weight, cap: router.cap, survey: survey)
                for case .sendImage(let send) in draft.storage {
                    fleet.put(ImageOnHost(host: host.name, digest: send.file.digest, volume: send.volume))
                }
                let more = memory.minus(existing?.memoryMiB ?? 0).times(1_048_576)
                surveys[host.name]?.promised = survey.promised.plus(more)
                drafts.append(draft)
            } catch {
                throw error.at(host: host.name, machine: router.name.shown)
            }
        }
        return drafts
    }

    /// The memory that its machines need in addition to their current memory, by host.
    var memoryNeeds: [MemoryNeed] {
        let more = machines.reduce(into: [String: Int64]()) { sums, draft in
            let machine = draft.machine
            sums[machine.host] = (sums[machine.host] ?? 0).plus(
                machine.memoryMiB.minus(input.fleet.machine(machine.id)?.memoryMiB ?? 0))
        }
        return more.sorted { $0.key < $1.key }.compactMap { host, needed in
            guard needed > 0, let survey = input.surveys[host] else { return nil }
            return MemoryNeed(host: host, needed: needed, of: survey, in: input.fleet)
        }
    }

    /// Changes for the copies of images that were on hosts before: copies that the plan itself sends have no
    /// record yet.
    func needed(by drafts: [MachineDraft]) -> [RecordChange] {
        let found = Set(drafts.flatMap(\.found)).filter { input.fleet.images(on: $0.host).contains($0) }
        return found.sorted { ($0.host, $0.digest.text) < ($1.host, $1.digest.text) }.map {
            .imageIsNeeded($0, at: input.now)
        }
    }

    /// The steps that make and start a router.
    static func creation(_ draft: MachineDraft) -> [Step] {
        var steps = draft.storage
        if let address = draft.machine.physicalAddress, draft.image?.addressing != Image.Addressing.none {
            steps.append(
                .checkAddressFree(
                    AddressProbe(
                        machine: draft.reference, bridge: draft.interfaces[0].bridge, address: address,
                        mac: draft.interfaces[0].mac, seconds: 1)))
        }
        steps += [.defineMachine(draft.spec), .startMachine(draft.reference)]
        if let values = draft.machine.scheduler { steps.append(.setScheduler(draft.reference, values, previous: [:])) }
        return steps
    }
}
