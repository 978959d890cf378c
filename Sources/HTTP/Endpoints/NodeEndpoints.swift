internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var nodeEndpoints: [Endpoint] {
        [
            Endpoint(RegisterNodes.self) { request throws(Refusal) in
                var asked = request.node
                if let name = request.nodeName {
                    var node = VMSAPI.Node()
                    node.nodeName = name
                    node.nodePK = request.nodePK
                    asked.append(node)
                }
                guard !asked.isEmpty else {
                    throw Refusal(.missingField, .field("Node"), "Node is missing; give at least one host")
                }
                let candidates = asked.map(Nodes.Candidate.init)
                let registered = try await nodes.register(candidates)
                var response = RegisterNodesResponse()
                response.node = registered.map {
                    var node = VMSAPI.Node($0)
                    node.state = .up
                    return node
                }
                return response
            },
            Endpoint(UnregisterNodes.self) { request throws(Refusal) in
                let abandoned = try await nodes.unregister(request.nodeName, abandons: request.abandon ?? false)
                var response = UnregisterNodesResponse()
                response.abandoned = abandoned.map(AbandonedPart.init)
                response.warning = abandoned.warning
                return response
            },
            Endpoint(SetPhysicalServerMaintenance.self) { request throws(Refusal) in
                let node = try await nodes.setMaintenance(request.maintenance, of: request.phyServer)
                var response = SetPhysicalServerMaintenanceResponse()
                response.node = VMSAPI.Node(node)
                return response
            },
            Endpoint(CheckPhysicalServer.self) { request throws(Refusal) in
                let checks = try await nodes.inspect(Nodes.Candidate(request))
                var response = CheckPhysicalServerResponse()
                response.check = checks.map { VMSAPI.HostCheck($0) }
                response.ready = !checks.contains { $0.verdict == .missing }
                return response
            },
            Endpoint(GetServerKey.self) { _ throws(Refusal) in
                var response = GetServerKeyResponse()
                response.key = try await nodes.credential()
                return response
            },
        ]
    }

    var registeredEndpoints: [Endpoint] {
        [
            Endpoint(GetRegisteredNodes.self) { request throws(Refusal) in
                let page = try request.query().page(of: try await nodes.registered())
                var response = GetRegisteredNodesResponse()
                response.node = page.rows.map { VMSAPI.Node($0) }
                response.tell(page)
                response.abandoned = try await nodes.abandoned()
                    .map(AbandonedPart.init)
                return response
            }
        ]
    }

    var eventEndpoints: [Endpoint] {
        [
            Endpoint(GetEvents.self) { request throws(Refusal) in
                let events = try await nodes.events(
                    after: request.after, on: request.phyServer, limit: Int(clamping: request.limit),
                    patience: .seconds(Int64(clamping: request.wait)), newest: request.newest ?? false)
                var response = GetEventsResponse()
                response.event = events.map { VMSAPI.Event($0) }
                response.last = events.last?.number ?? request.after
                return response
            }
        ]
    }
}

extension Nodes.Candidate {
    fileprivate init(_ wire: VMSAPI.Node) {
        var node = Model.Node(
            name: wire.nodeName, hostKey: wire.nodePK, addresses: wire.ip, uri: wire.uri, memoryMiB: wire.memory)
        (node.storagePool, node.underlay) = (wire.storagePool, wire.underlay)
        self.init(node: node, trustsFirstUse: wire.trustOnFirstUse ?? false)
    }
}

extension Nodes.Candidate {
    fileprivate init(_ wire: CheckPhysicalServer) {
        self.init(
            node: Model.Node(
                name: wire.nodeName, hostKey: wire.nodePK, addresses: wire.ip, uri: wire.uri, memoryMiB: nil),
            trustsFirstUse: wire.trustOnFirstUse ?? false)
    }
}

extension VMSAPI.Node {
    fileprivate init(_ line: Nodes.Line) {
        self.init(line.node)
        state = line.condition.flatMap { NodeState(rawValue: $0.state.rawValue) }
        since = line.condition?.since
        reason = line.condition?.why?.reason.onWire
    }

    init(_ node: Model.Node) {
        self.init()
        nodeName = node.name
        nodePK = node.hostKey
        ip = node.addresses
        memory = node.memoryMiB
        uri = node.uri
        maintenance = node.maintenance
        (storagePool, underlay) = (node.storagePool, node.underlay)
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
    fileprivate init(_ event: HostEvent) {
        self.init()
        number = event.number
        time = event.time
        kind = EventKind(rawValue: event.kind.rawValue) ?? .nodeUp
        phyServer = event.node
        vmName = event.machine
        reason = event.words
    }
}

extension GetPhysicalServerStatusResponse {
    init(_ status: Nodes.Status) {
        self.init()
        let (node, survey) = (status.node, status.survey)
        let running = survey.domains.filter(\.isActive).map(\.name).sorted()
        cores = Int32(clamping: survey.coresPerSocket)
        cpus = Int32(clamping: survey.cpus)
        memory = survey.memoryKiB
        freeMemory = survey.freeMemory
        availableMemory = survey.roomMiB.times(1_048_576)
        hostName = survey.hostName
        domainCount = Int32(clamping: running.count)
        domain = running
        nodeName = node.name
        hypervisor = survey.hypervisor.name
        hypervisorVersion = survey.hypervisorVersion
        libvirtVersion = survey.libvirtVersion
        cpuModel = survey.cpuModel
        cpuMHz = Int32(clamping: survey.cpuMHz)
        arch = survey.arch
        bridge = survey.bridges.map(\.name)
        storagePool = survey.pools.map(\.name)
        poolAvailable = survey.pools.map(\.available)
        domainType = survey.domainTypes
        schedulerType = survey.schedulerType
        state = .up
        since = status.condition.flatMap { $0.state == .up ? $0.since : nil }
        abandoned = status.abandoned.map(AbandonedPart.init)
        maintenance = node.maintenance
    }
}
