/// What can be said of a request's names without asking anybody.
struct NetworkNames {
    let request: NetworkRequest
    let fleet: Fleet

    init(_ request: NetworkRequest, fleet: Fleet) {
        self.request = request
        self.fleet = fleet
    }

    /// - Throws: `invalidName`, `invalidValue`, `networkNameTaken`, `machineNameTaken`, `linkInvalid`.
    func check() throws(Refusal) {
        let name = try MachineName(request.name, field: "networkName")
        guard !fleet.networks.contains(where: { $0.name == name.text }) else {
            throw Refusal(
                .networkNameTaken, "networkName is '\(name.text)': there is a virtual network of that name already",
                field: "networkName", value: name.text)
        }
        guard !request.routers.isEmpty else {
            throw Refusal(.invalidValue, "router is empty: a network needs at least one", field: "router")
        }
        var routers: Set<String> = []
        for router in request.routers {
            _ = try MachineName(router.name)
            guard routers.insert(router.name).inserted else {
                throw Refusal(
                    .machineNameTaken, "vmName is '\(router.name)': two routers have that name", field: "vmName",
                    value: router.name)
            }
        }
        var links: Set<String> = []
        for link in request.links {
            _ = try MachineName(link.name, field: "link")
            guard links.insert(link.name).inserted else {
                throw LinkPlan.refused(link.name, "two links have that name", nil)
            }
            try check(link, routers)
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
                        + routers.sorted().joined(separator: ", "), end.router.shown)
            }
            guard ends.insert(end.router).inserted else {
                throw LinkPlan.refused(
                    link.name, "it leads from '\(end.router)' to itself; a router has one end on a link", end.router)
            }
        }
    }
}
