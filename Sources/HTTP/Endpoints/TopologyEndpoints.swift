internal import Control
internal import Model
internal import VMSAPI

extension ServerEndpoints {
    var topologyEndpoints: [Endpoint] {
        [
            Endpoint(TopologyDiscover.self) { (_, caller) throws(Refusal) in
                let topology = try await acting(for: caller).networks.topology()
                var response = TopologyDiscoverResponse()
                response.host = topology.hosts.map(TopologyHost.init)
                response.physicalLink = topology.physicalLinks.map(VMSAPI.PhysicalLink.init)
                response.network = topology.networks.map { VMSAPI.VirtualNetwork($0) }
                return response
            }
        ]
    }
}

extension TopologyHost {
    fileprivate init(_ view: Networks.Topology.HostView) {
        self.init()
        name = view.host.name
        state = NodeState(rawValue: view.state.rawValue) ?? .unknown
        reason = view.why?.reason.onWire
        interface = (view.links?.interfaces ?? []).map(HostInterface.init)
        bridge = (view.links?.ownBridges ?? []).map(HostBridge.init)
    }
}

extension HostInterface {
    fileprivate init(_ observed: HostLinks.Interface) {
        self.init()
        name = observed.name
        mac = observed.mac?.description
        mtu = Int32(clamping: observed.mtu)
        speed = observed.speed.map { Int32(clamping: $0) }
        up = observed.isUp
        bridge = observed.bridge
        address = observed.addresses.map(\.description)
    }
}

extension HostBridge {
    fileprivate init(_ observed: HostLinks.Bridge) {
        self.init()
        name = observed.name
        mtu = Int32(clamping: observed.mtu)
        up = observed.isOn
        address = observed.addresses.map(\.description)
    }
}

extension VMSAPI.PhysicalLink {
    fileprivate init(_ link: Model.PhysicalLink) {
        self.init()
        prefix = link.prefix.description
        reason = link.fault
        state = reason == nil ? .unproven : .failed
        end = link.ends.map { end in
            var wire = PhysicalLinkEnd()
            wire.phyServer = end.host
            wire.interface = end.interfaces
            wire.bridge = end.bridge
            wire.address = end.address.description
            return wire
        }
    }
}
