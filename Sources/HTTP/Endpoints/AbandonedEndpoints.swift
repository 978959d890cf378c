internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var abandonedEndpoints: [Endpoint] {
        [
            Endpoint(UpdateNode.self) { request throws(Refusal) in
                var update = HostRegistry.Update(
                    name: request.nodeName, hostKey: request.nodePK, addresses: request.ip, uri: request.uri,
                    memoryMiB: request.memory, trustsFirstUse: request.trustOnFirstUse ?? false)
                (update.storagePool, update.underlay) = (request.storagePool, request.underlay)
                let host = try await hosts.update(update)
                var response = UpdateNodeResponse()
                response.node = VMSAPI.Node(host)
                response.node?.state = .up
                return response
            },
            Endpoint(EndAbandoned.self) { request throws(Refusal) in
                let ended = try await hosts.endAbandoned(
                    on: request.phyServer, forgets: request.forget ?? false, waits: !(request.async ?? false))
                var response = EndAbandonedResponse()
                response.operation = ended.operation?.text
                response.abandoned = ended.parts.map(AbandonedPart.init)
                return response
            },
        ]
    }
}

extension AbandonedPart {
    init(_ one: Abandoned) {
        self.init()
        phyServer = one.host
        since = one.since
        networkName = one.network
        (seenOn, seen) = (one.seen?.host, one.seen?.time)
        switch one.part {
        case .machine(let machine, let macs):
            part = .machine
            (name, uuid, vmIP) = (machine.name, machine.id.text, machine.address?.description)
            macAddress = macs.map(\.description)
        case .link(let segment):
            part = .link
            (name, uuid, vni) = (segment.link, segment.uuid, Int32(clamping: segment.vni))
        }
    }
}
