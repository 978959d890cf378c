internal import Control
internal import Model
internal import SOAP
internal import VMSAPI

extension ServerEndpoints {
    var nodeEndpoints: [Endpoint] {
        [
            Endpoint(RegisterNodes.self) { request throws(ServiceFailure) in
                var asked = request.node
                if let name = request.nodeName {
                    var node = VMSAPI.Node()
                    node.nodeName = name
                    node.nodePK = request.nodePK
                    asked.append(node)
                }
                guard !asked.isEmpty else {
                    throw ServiceFailure(
                        FieldError(.missingField, field: "Node", expected: "is missing; give at least one host"),
                        service: nil)
                }
                let candidates = asked.map(Nodes.Candidate.init)
                let registered = try await answering { () async throws(Refusal) in
                    try await nodes.register(candidates)
                }
                var response = RegisterNodesResponse()
                response.node = registered.map { VMSAPI.Node($0, state: "up") }
                return response
            },
            Endpoint(UnregisterNodes.self) { request throws(ServiceFailure) in
                try await answering { () async throws(Refusal) in try await nodes.unregister(request.nodeName) }
                return UnregisterNodesResponse()
            },
            Endpoint(GetRegisteredNodes.self) { _ throws(ServiceFailure) in
                let registered = try await answering { () async throws(Refusal) in try await nodes.registered() }
                var response = GetRegisteredNodesResponse()
                response.node = registered.map { VMSAPI.Node($0, state: nil) }
                return response
            },
            Endpoint(GetPhysicalServerStatus.self) { request throws(ServiceFailure) in
                let status = try await answering { () async throws(Refusal) in
                    try await nodes.status(request.phyServer)
                }
                return GetPhysicalServerStatusResponse(status.node, status.survey)
            },
        ]
    }
}

extension Nodes.Candidate {
    fileprivate init(_ wire: VMSAPI.Node) {
        self.init(
            node: Model.Node(
                name: wire.nodeName, hostKey: wire.nodePK, addresses: wire.ip, uri: wire.uri, memoryMiB: wire.memory),
            trustsFirstUse: wire.trustOnFirstUse ?? false)
    }
}

extension VMSAPI.Node {
    fileprivate init(_ node: Model.Node, state: String?) {
        self.init()
        nodeName = node.name
        nodePK = node.hostKey
        ip = node.addresses
        memory = node.memoryMiB
        uri = node.uri
        self.state = state
    }
}

extension GetPhysicalServerStatusResponse {
    fileprivate init(_ node: Model.Node, _ survey: HostSurvey) {
        self.init()
        let running = survey.domains.filter(\.isActive).map(\.name).sorted()
        cores = Int32(clamping: survey.coresPerSocket)
        cpus = Int32(clamping: survey.cpus)
        memory = survey.memoryKiB
        freeMemory = survey.freeMemory
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
        state = "up"
    }
}
