internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var hostEndpoints: [Endpoint] {
        [
            Endpoint(RegisterNodes.self) { request throws(Refusal) in
                var nodes = request.node
                if let name = request.nodeName {
                    var host = VMSAPI.Node()
                    host.nodeName = name
                    host.nodePK = request.nodePK
                    nodes.append(host)
                }
                guard !nodes.isEmpty else {
                    throw Refusal(.missingField, .field("Node"), "Node is missing; give at least one host")
                }
                let candidates = nodes.map(HostRegistry.Candidate.init)
                let registered = try await hosts.register(candidates)
                var response = RegisterNodesResponse()
                response.node = registered.map {
                    var host = VMSAPI.Node($0)
                    host.state = .up
                    return host
                }
                return response
            },
            Endpoint(UnregisterNodes.self) { request throws(Refusal) in
                let abandoned = try await hosts.unregister(request.nodeName, abandons: request.abandon ?? false)
                var response = UnregisterNodesResponse()
                response.abandoned = abandoned.map(AbandonedPart.init)
                response.warning = abandoned.warning
                return response
            },
            Endpoint(SetPhysicalServerMaintenance.self) { request throws(Refusal) in
                let host = try await hosts.setMaintenance(request.maintenance, of: request.phyServer)
                var response = SetPhysicalServerMaintenanceResponse()
                response.node = VMSAPI.Node(host)
                return response
            },
            Endpoint(CheckPhysicalServer.self) { request throws(Refusal) in
                let checks = try await hosts.inspect(HostRegistry.Candidate(request))
                var response = CheckPhysicalServerResponse()
                response.check = checks.map { VMSAPI.HostCheck($0) }
                response.ready = !checks.contains { $0.verdict == .missing }
                return response
            },
            Endpoint(GetServerKey.self) { _ throws(Refusal) in
                var response = GetServerKeyResponse()
                response.key = try await hosts.credential()
                return response
            },
        ]
    }

    var registeredEndpoints: [Endpoint] {
        [
            Endpoint(GetRegisteredNodes.self) { (request, caller) throws(Refusal) in
                let page = try request.query().page(of: try await acting(for: caller).hosts.registered())
                var response = GetRegisteredNodesResponse()
                response.node = page.rows.map { VMSAPI.Node($0) }
                response.setPaging(page)
                response.abandoned = try await acting(for: caller).hosts.abandoned()
                    .map(AbandonedPart.init)
                return response
            }
        ]
    }

    var eventEndpoints: [Endpoint] {
        [
            Endpoint(GetEvents.self) { (request, caller) throws(Refusal) in
                let page = try await acting(for: caller).hosts.eventPage(
                    after: request.after, on: request.phyServer, limit: Int(clamping: request.limit),
                    patience: .seconds(Int64(clamping: request.wait)), newest: request.newest ?? false)
                var response = GetEventsResponse()
                response.event = page.events.map { VMSAPI.Event($0) }
                response.last = page.last ?? request.after
                return response
            }
        ]
    }
}

extension HostRegistry.Candidate {
    fileprivate init(_ wire: VMSAPI.Node) {
        var host = Model.Host(
            name: wire.nodeName, hostKey: wire.nodePK, addresses: wire.ip, uri: wire.uri, memoryMiB: wire.memory)
        (host.storagePool, host.underlay) = (wire.storagePool, wire.underlay)
        self.init(host: host, trustsFirstUse: wire.trustOnFirstUse ?? false)
    }
}

extension HostRegistry.Candidate {
    fileprivate init(_ wire: CheckPhysicalServer) {
        self.init(
            host: Model.Host(
                name: wire.nodeName, hostKey: wire.nodePK, addresses: wire.ip, uri: wire.uri, memoryMiB: nil),
            trustsFirstUse: wire.trustOnFirstUse ?? false)
    }
}

extension VMSAPI.Node {
    fileprivate init(_ line: HostRegistry.Line) {
        self.init(line.host)
        state = line.condition.flatMap { NodeState(rawValue: $0.state.rawValue) }
        since = line.condition?.since
        reason = line.condition?.why?.reason.onWire
    }

    init(_ host: Model.Host) {
        self.init()
        nodeName = host.name
        nodePK = host.hostKey
        ip = host.addresses
        memory = host.memoryMiB
        uri = host.uri
        maintenance = host.maintenance
        (storagePool, underlay) = (host.storagePool, host.underlay)
    }
}

extension VMSAPI.HostCheck {
    fileprivate init(_ check: Model.HostCheck) {
        self.init()
        name = check.name
        verdict = HostVerdict(rawValue: check.verdict.rawValue) ?? .missing
        found = check.found.onWire
        remedy = check.remedy?.onWire
    }
}

extension VMSAPI.Event {
    init(_ event: HostEvent) {
        self.init()
        number = event.number
        time = event.time
        kind = EventKind(rawValue: event.kind.rawValue) ?? .nodeUp
        phyServer = event.host
        (vmName, networkName) = (event.machine, event.network)
        reason = event.words
    }
}

extension GetPhysicalServerStatusResponse {
    init(_ status: HostRegistry.Status) {
        self.init()
        let (host, survey) = (status.host, status.survey)
        let running = survey.domains.filter(\.isActive).map(\.name).sorted()
        cores = Int32(clamping: survey.coresPerSocket)
        cpus = Int32(clamping: survey.cpus)
        memory = survey.memoryKiB
        freeMemory = survey.freeMemory
        availableMemory = survey.roomMiB.times(1_048_576)
        hostName = survey.hostName
        domainCount = Int32(clamping: running.count)
        domain = running
        nodeName = host.name
        hypervisor = survey.hypervisor.name
        hypervisorVersion = survey.hypervisorVersion
        libvirtVersion = survey.libvirtVersion
        cpuModel = survey.cpuModel
        cpuMHz = Int32(clamping: survey.cpuMHz)
        arch = survey.arch
        bridge = survey.bridges.map(\.name).filter { !Segment.isName($0) }
        storagePool = survey.pools.map(\.name)
        poolAvailable = survey.pools.map(\.available)
        domainType = survey.domainTypes
        schedulerType = survey.schedulerType
        state = .up
        since = status.condition.flatMap { $0.state == .up ? $0.since : nil }
        abandoned = status.abandoned.map(AbandonedPart.init)
        maintenance = host.maintenance
    }
}
