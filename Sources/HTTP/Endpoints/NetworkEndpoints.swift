internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var networkEndpoints: [Endpoint] {
        [
            Endpoint(PlanVirtualNetwork.self) { (request, caller) throws(Refusal) in
                if !request.netInterface.isEmpty { try caller.checkMayChooseDevices(.interface) }
                var wanted = try NetworkRequest(request, name: request.networkName ?? networks.newName())
                wanted.team = try await permits.owner(
                    request.team, of: request.networkName, for: PlanVirtualNetwork.name, by: caller)
                let planned = try await acting(for: caller).networks.plan(
                    wanted,
                    abandons: request.abandon ?? false)
                return PlanVirtualNetworkResponse(planned)
            },
            Endpoint(CreateVirtualNetwork.self) { (request, caller) throws(Refusal) in
                try await create(request, by: caller)
            },
            Endpoint(ApplyVirtualNetwork.self) { (request, caller) throws(Refusal) in
                guard let name = request.networkName else {
                    throw Refusal(
                        .missingField, .networkName,
                        "\(.networkName) is missing: it names the network to change")
                }
                if !request.netInterface.isEmpty { try caller.checkMayChooseDevices(.interface) }
                var wanted = try NetworkRequest(request, name: name)
                wanted.team = try await permits.owner(
                    request.team, of: name, for: ApplyVirtualNetwork.name, by: caller)
                let applied = try await acting(for: caller).networks.apply(
                    wanted, plan: request.plan, abandons: request.abandon ?? false, waits: !(request.async ?? false))
                var response = ApplyVirtualNetworkResponse()
                response.operation = applied.operation?.text
                response.network = VMSAPI.VirtualNetwork(applied.network)
                if applied.outcome != nil { response.network?.setLinkStates([:], ofAll: true) }
                response.network?.verified = applied.verification?.time
                response.change = applied.changes.map(VMSAPI.NetworkChange.init)
                response.abandoned = applied.abandoned.map(AbandonedPart.init)
                response.warning = applied.abandoned.warning
                response.note = applied.notes
                response.transferredBytes = applied.outcome?.sentBytes
                response.phase = (applied.outcome?.phases ?? []).map(Phase.init)
                return response
            },
            Endpoint(DestroyVirtualNetwork.self) { request throws(Refusal) in
                let destroyed = try await networks.destroy(
                    request.networkName, abandons: request.abandon ?? false, waits: !(request.async ?? false))
                var response = DestroyVirtualNetworkResponse()
                response.operation = destroyed.operation.text
                response.abandoned = destroyed.abandoned.map(AbandonedPart.init)
                response.warning = destroyed.abandoned.warning
                response.stays = destroyed.remains.stays
                response.lost = destroyed.remains.lost
                return response
            },
        ]
    }

    private func create(
        _ request: CreateVirtualNetwork, by caller: Caller
    ) async throws(Refusal) -> CreateVirtualNetworkResponse {
        if !request.netInterface.isEmpty { try caller.checkMayChooseDevices(.interface) }
        var wanted = try NetworkRequest(request, name: request.networkName ?? networks.newName())
        wanted.team = try await permits.owner(request.team, for: CreateVirtualNetwork.name, by: caller)
        let answer = try await acting(for: caller).networks.create(
            wanted,
            waits: !(request.async ?? false))
        var response = CreateVirtualNetworkResponse()
        response.operation = answer.operation.text
        response.network = VMSAPI.VirtualNetwork(answer.network)
        // A caller that waited gets a network whose every link was proven.
        if answer.outcome != nil { response.network?.setLinkStates([:], ofAll: true) }
        response.network?.verified = answer.verification?.time
        response.note = answer.notes
        response.transferredBytes = answer.outcome?.sentBytes
        response.phase = (answer.outcome?.phases ?? []).map(Phase.init)
        return response
    }

    var networkReadingEndpoints: [Endpoint] {
        [
            Endpoint(GetVirtualNetworks.self) { (request, caller) throws(Refusal) in
                let page = try request.query().page(of: try await acting(for: caller).networks.list())
                var response = GetVirtualNetworksResponse()
                response.network = page.rows.map { VMSAPI.VirtualNetwork($0) }
                response.setPaging(page)
                return response
            },
            Endpoint(GetVirtualNetwork.self) { request throws(Refusal) in
                let status = try await networks.status(request.networkName)
                var response = GetVirtualNetworkResponse()
                response.network = VMSAPI.VirtualNetwork(status)
                response.unreachable = status.unreachable
                return response
            },
            Endpoint(VerifyVirtualNetwork.self) { request throws(Refusal) in
                let status = try await networks.verify(request.networkName)
                var response = VerifyVirtualNetworkResponse()
                response.connected = status.faults?.isEmpty ?? false
                response.network = VMSAPI.VirtualNetwork(status)
                response.unreachable = status.unreachable
                return response
            },
        ]
    }
}

extension NetworkRequest {
    /// Creates the request from vectors, or from routers and links; never from both.
    init(_ wire: some NetworkDefinition, name: String) throws(Refusal) {
        let image = ImageChoice(name: wire.image, stack: wire.stack)
        let vectors = NetworkVectors(
            hostCount: wire.nodeCount.map { Int(clamping: $0) }, hosts: wire.phyServer, names: wire.vmName,
            addresses: wire.vmIP,
            memories: wire.vmRAM, interfaces: wire.netInterface)
        guard !wire.router.isEmpty else {
            guard wire.link.isEmpty else {
                throw Refusal(
                    .invalidValue, .link, "link has \(wire.link.count) values, router has none: links need routers")
            }
            self = try vectors.request(name: name, image: image)
            return
        }
        guard vectors.isEmpty, wire.nodeCount == nil else {
            throw Refusal(
                .invalidValue, .router,
                "router and \(.host), \(.machineNames), \(.address), \(.memory), \(.interface) or \(.hostCount) "
                    + "were given: describe the network by one or the other")
        }
        self.init(
            name: name, routers: wire.router.map { Router($0, otherwise: image) }, links: wire.link.map { Link($0) })
    }
}

extension NetworkRequest.Router {
    fileprivate init(_ wire: NetworkRouter, otherwise image: ImageChoice) {
        self.init(name: wire.name, host: wire.phyServer, memoryMiB: wire.vmRAM)
        vcpus = wire.vcpus.map { Int(clamping: $0) } ?? 1
        weight = wire.weight
        cap = wire.cap
        note = wire.description
        let own = ImageChoice(
            name: wire.image, os: wire.os, arch: wire.arch, kernelVersion: wire.kernelVersion, stack: wire.stack)
        self.image = own.isEmpty ? image : own
    }
}

extension NetworkRequest.Link {
    fileprivate init(_ wire: NetworkLink) {
        self.init(
            name: wire.name, ends: wire.end.map { End(router: $0.router, address: $0.address) }, prefix: wire.prefix,
            mtu: wire.mtu.map { Int(clamping: $0) })
        shape = LinkShape(wire)
    }
}

extension LinkShape {
    /// `nil` if the link has no shape.
    fileprivate init?(_ wire: NetworkLink) {
        self.init(
            bandwidthKbit: wire.bandwidth, delayMicroseconds: wire.delay.flatMap { Int64(nearest: $0 * 1000) },
            lossPercent: wire.loss)
        if isNothing { return nil }
    }
}

extension VMSAPI.VirtualNetwork {
    init(_ network: Model.VirtualNetwork) {
        self.init()
        networkName = network.name
        id = network.id.text
        created = network.created
        router = network.routers.map { router in
            var wire = NetworkRouter()
            wire.name = router.name
            wire.phyServer = router.host
            wire.placed = router.placedBecause
            wire.uuid = router.machine.text
            wire.weight = router.weight
            wire.cap = router.cap
            return wire
        }
        link = network.links.map(NetworkLink.init)
    }

    init(_ status: Networks.Status) {
        self.init(status.network)
        for index in router.indices {
            let name = router[index].name
            let isUnreachable = status.unreachable.contains(router[index].phyServer ?? "")
            router[index].state =
                isUnreachable
                ? nil
                : status.states[name].map { MachineState(rawValue: $0.rawValue) ?? .unknown }
                    ?? (status.making.contains(name) ? .creating : .absent)
        }
        let numbers = Dictionary(link.indices.map { (link[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        for drift in status.drift {
            guard let index = numbers[drift.link] else { continue }
            link[index].state = .failed
            link[index].reason = drift.words
        }
        let doubts = status.doubts
        verified = status.last?.time
        if let faults = status.faults {
            setLinkStates(faults, ofAll: status.isFullyProven)
        } else if let last = status.last {
            setLinkStates(last.faults, ofAll: last.isWhole, but: Set(doubts.keys))
        }
        for index in link.indices where link[index].state == .unproven {
            link[index].reason = doubts[link[index].name]
        }
    }

    /// Sets the links' states from the faults of a proof. A link that differs from its record stays failed, even if
    /// frames still pass.
    ///
    /// - Parameters:
    ///   - all: whether all proofs ran, so that links without a fault are ok.
    ///   - doubtful: links that may have failed since.
    fileprivate mutating func setLinkStates(
        _ faults: [String: Refusal], ofAll all: Bool, but doubtful: Set<String> = []
    ) {
        for index in link.indices {
            // A proof from before it was broken says nothing.
            if link[index].state == .down { continue }
            if let fault = faults[link[index].name] {
                link[index].state = .failed
                link[index].reason = fault.reason.onWire
            } else if link[index].state == .unproven, all, !doubtful.contains(link[index].name) {
                link[index].state = .ok
            }
        }
    }
}

extension VMSAPI.NetworkChange {
    init(_ change: Model.NetworkChange) {
        self.init()
        kind = ChangeKind(rawValue: change.kind.rawValue) ?? .change
        part = ChangedPart(rawValue: change.part.rawValue) ?? .router
        name = change.name
        difference = change.words
    }
}

extension NetworkLink {
    init(_ link: Model.VirtualNetwork.Link) {
        self.init()
        name = link.name
        prefix = link.prefix?.description
        mtu = Int32(clamping: link.mtu)
        bandwidth = link.shape?.bandwidthKbit
        delay = link.shape?.delayMicroseconds.map { Double($0) / 1000 }
        loss = link.shape?.lossPercent
        vni = link.vni.map { Int32(clamping: $0) }
        state = link.isDown ? .down : .unproven
        reason = link.isDown ? "breakLink broke it; mendLink mends it" : nil
        conditions = link.conditions.map { VMSAPI.LinkConditions($0) }
        end = link.ends.map { end in
            var wire = LinkEnd()
            wire.router = end.router
            wire.address = end.address?.description
            wire.phyServer = end.host
            wire.macAddress = end.mac.description
            return wire
        }
    }
}
