/// Counts the interfaces of a network's routers.
struct RouterInterfaces {
    private var counts: [String: Int] = [:]

    init(_ request: NetworkRequest) {
        for link in request.links {
            for end in link.ends { counts[end.router, default: 0] += 1 }
        }
        for router in request.routers where router.physical != nil { counts[router.name, default: 0] += 1 }
    }

    func count(of router: String) -> Int { counts[router] ?? 0 }
}
