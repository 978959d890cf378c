internal import VMSAPI

/// A network, as read from its file.
struct Topology: Equatable {
    /// `nil`: the server chooses one.
    var name: String?
    var routers: [NetworkRouter] = []
    var links: [NetworkLink] = []

    /// The fields of a request to create or plan it.
    var members: [WireValue.Member] {
        var request = CreateVirtualNetwork()
        request.networkName = name
        request.router = routers
        request.link = links
        return (request.wireValue.members ?? []).filter { $0.value != .array([]) }
    }
}
