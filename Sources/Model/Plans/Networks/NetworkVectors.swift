/// A network in the form of the first clients: vectors whose i-th elements belong together.
package struct NetworkVectors: Sendable, Equatable {
    package var hostCount: Int?
    package var hosts: [String]
    package var names: [String]
    package var addresses: [String]
    /// In MiB.
    package var memories: [Int64]
    /// Bridges of the hosts. If empty, the machines share one virtual link.
    package var interfaces: [String]

    package init(
        hostCount: Int?, hosts: [String], names: [String], addresses: [String], memories: [Int64], interfaces: [String]
    ) {
        self.hostCount = hostCount
        self.hosts = hosts
        self.names = names
        self.addresses = addresses
        self.memories = memories
        self.interfaces = interfaces
    }

    package var isEmpty: Bool {
        hosts.isEmpty && names.isEmpty && addresses.isEmpty && memories.isEmpty && interfaces.isEmpty
    }

    /// - Throws: `invalidValue` if the vectors differ in length, or their length differs from `hostCount`.
    package func request(name: String, image: ImageChoice) throws(Refusal) -> NetworkRequest {
        let count = hosts.count
        try check(.machineNames, names.count, count)
        try check(.address, addresses.count, count)
        try check(.memory, memories.count, count)
        if !interfaces.isEmpty { try check(.interface, interfaces.count, count) }
        if let hostCount, hostCount != count {
            throw Refusal(
                .invalidValue, .hostCount,
                "\(.hostCount) is '\(hostCount)': \(.host) has \(count) values; give as many, or leave it out",
                value: "\(hostCount)")
        }
        let routers = (0..<count).map { index in
            var router = NetworkRequest.Router(
                name: names[index], host: hosts[index], memoryMiB: memories[index])
            router.image = image
            if !interfaces.isEmpty {
                router.physical = .init(bridge: interfaces[index], address: addresses[index])
            }
            return router
        }
        let shared = NetworkRequest.Link(
            name: "link", ends: zip(names, addresses).map { .init(router: $0, address: $1) })
        var request = NetworkRequest(name: name, routers: routers, links: interfaces.isEmpty ? [shared] : [])
        request.isByVectors = true
        return request
    }

    private func check(_ subject: Refusal.Subject, _ found: Int, _ count: Int) throws(Refusal) {
        guard found != count else { return }
        throw Refusal(
            .invalidValue, subject,
            "\(subject) has \(found) values, \(.host) has \(count): the i-th of each belong together, so give as many",
            value: "\(found)")
    }
}
