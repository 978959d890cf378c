import CLibvirt
public import FoundationEssentials
import Glibc

extension Connection {
    /// Lists networks (`virConnectListAllNetworks`), in no particular order.
    /// - Parameter active: `true` for active networks, `false` for inactive ones, `nil` for all.
    public func networks(active: Bool? = nil) async throws(LibvirtError) -> [Network] {
        let flags = Self.flags(
            active, VIR_CONNECT_LIST_NETWORKS_ACTIVE.rawValue, VIR_CONNECT_LIST_NETWORKS_INACTIVE.rawValue)
        return try await perform("virConnectListAllNetworks") { connection throws(LibvirtError) in
            var list: UnsafeMutablePointer<virNetworkPtr?>?
            let count = try check("virConnectListAllNetworks", virConnectListAllNetworks(connection, &list, flags))
            defer { free(list) }
            // Takes ownership of every handle before anything can throw.
            let found = (0..<Int(count)).map { index in
                Result { () throws(LibvirtError) in
                    try NetworkHandle("virConnectListAllNetworks", list?[index]).reference(self)
                }
            }
            var networks: [Network] = []
            for network in found { networks.append(try network.get()) }
            return networks
        }
    }

    /// Finds a network by its name (`virNetworkLookupByName`).
    /// - Throws: `.noNetwork`.
    public func network(named name: String) async throws(LibvirtError) -> Network {
        try checkText("virNetworkLookupByName", "the network's name", name)
        return try await perform("virNetworkLookupByName") { connection throws(LibvirtError) in
            try NetworkHandle("virNetworkLookupByName", virNetworkLookupByName(connection, name)).reference(self)
        }
    }

    /// Finds a network by its UUID (`virNetworkLookupByUUID`).
    /// - Throws: `.noNetwork`.
    public func network(uuid: UUID) async throws(LibvirtError) -> Network {
        try await perform("virNetworkLookupByUUID") { connection throws(LibvirtError) in
            let network = uuid.withBytes { virNetworkLookupByUUID(connection, $0) }
            return try NetworkHandle("virNetworkLookupByUUID", network).reference(self)
        }
    }

    /// Defines a network without starting it (`virNetworkDefineXML`).
    @discardableResult
    public func defineNetwork(xml: String) async throws(LibvirtError) -> Network {
        try checkText("virNetworkDefineXML", "the network's XML", xml)
        return try await perform("virNetworkDefineXML") { connection throws(LibvirtError) in
            try NetworkHandle("virNetworkDefineXML", virNetworkDefineXML(connection, xml)).reference(self)
        }
    }

    /// Starts a network without defining it (`virNetworkCreateXML`).
    @discardableResult
    public func createNetwork(xml: String) async throws(LibvirtError) -> Network {
        try checkText("virNetworkCreateXML", "the network's XML", xml)
        return try await perform("virNetworkCreateXML") { connection throws(LibvirtError) in
            try NetworkHandle("virNetworkCreateXML", virNetworkCreateXML(connection, xml)).reference(self)
        }
    }
}
