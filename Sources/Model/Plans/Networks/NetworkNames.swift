/// The checks of a request's names that need no host.
struct NetworkNames {
    let request: NetworkRequest
    let fleet: Fleet

    init(_ request: NetworkRequest, fleet: Fleet) {
        self.request = request
        self.fleet = fleet
    }

    /// Maximum number of ends of a network's links: each is an interface of a router, with addresses, a part of
    /// a seed and proofs.
    package static let mostEnds = 16_384

    /// - Throws: `invalidName`, `missingField`, `networkNameTaken`, `machineNameTaken`, `linkInvalid`, `tooMany`.
    func check() throws(Refusal) {
        let name = try MachineName(request.name, subject: .networkName)
        guard fleet.network(named: name.text) == nil else {
            throw Refusal(
                .networkNameTaken, .networkName,
                "\(.networkName) is '\(name.text)': there is a virtual network of that name already", value: name.text)
        }
        guard !request.routers.isEmpty else {
            throw Refusal(.missingField, .router, "\(.router) is missing: a network needs at least one")
        }
        let ends = request.links.reduce(0) { $0 + $1.ends.count }
        guard ends <= Self.mostEnds else {
            throw Refusal(
                .tooMany, .link,
                "link: the links have \(ends) ends in all; \(Self.mostEnds) is the most for one network; split it into several",
                value: "\(ends)")
        }
        var routers: Set<String> = []
        for router in request.routers {
            _ = try MachineName(router.name)
            guard routers.insert(router.name).inserted else {
                throw Refusal(
                    .machineNameTaken, .machineName, "\(.machineName) is '\(router.name)': two routers have that name",
                    value: router.name)
            }
        }
        var links: Set<String> = []
        for link in request.links {
            _ = try MachineName(link.name, subject: .link)
            guard links.insert(link.name).inserted else {
                throw LinkPlan.refused(link.name, "two links have that name", nil)
            }
            try check(link, routers)
        }
        try checkInterfaces()
    }

    /// - Throws: `tooMany` for a router with more interfaces than a machine is known to support.
    private func checkInterfaces() throws(Refusal) {
        let counts = RouterInterfaces(request)
        for router in request.routers where counts.count(of: router.name) > InterfaceNeed.most {
            throw Refusal(
                .tooMany, .link,
                "router '\(router.name)' would have \(counts.count(of: router.name)) interfaces; \(InterfaceNeed.most) is "
                    + "the most for one machine; merge several links, or divide it among several routers",
                value: router.name, machine: router.name)
        }
    }

    private func check(_ link: NetworkRequest.Link, _ routers: Set<String>) throws(Refusal) {
        guard !link.ends.isEmpty else { throw LinkPlan.refused(link.name, "it has no ends", nil) }
        var ends: Set<String> = []
        for end in link.ends {
            guard routers.contains(end.router) else {
                throw LinkPlan.refused(
                    link.name,
                    "there is no router '\(end.router.shown)' in this network; there are "
                        + Self.some(of: routers), end.router.shown)
            }
            guard ends.insert(end.router).inserted else {
                throw LinkPlan.refused(
                    link.name, "it leads from '\(end.router)' to itself; a router has one end on a link", end.router)
            }
        }
    }
    /// The first names, as many as a reader can grasp.
    private static func some(of names: Set<String>) -> String {
        let shown = names.sorted().prefix(20).joined(separator: ", ")
        return names.count > 20 ? "\(shown), and \(names.count - 20) more" : shown
    }
}
