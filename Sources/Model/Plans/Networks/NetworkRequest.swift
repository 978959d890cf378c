/// What a caller asks of `createVirtualNetwork`, in the model's words.
package struct NetworkRequest: Sendable, Equatable {
    package struct Router: Sendable, Equatable {
        package var name: String
        /// `nil`: the planner chooses.
        package var host: String?
        /// `nil`: the least that its image needs.
        package var memoryMiB: Int64?
        package var vcpus = 1
        package var image = ImageChoice()
        package var note: String?
        /// Its share of its host's processors beside others', in the hypervisor's own measure; `nil`: its default.
        package var weight: Int64?
        /// Most of one processor that it gets, in percent; `nil` and 0: no limit.
        package var cap: Int64?
        /// An interface of its own on a physical network, before those on links.
        package var physical: Physical?

        package init(name: String, host: String?, memoryMiB: Int64?) {
            self.name = name
            self.host = host
            self.memoryMiB = memoryMiB
        }
    }

    /// A bridge of the router's host, and the router's address there.
    package struct Physical: Sendable, Equatable {
        package var bridge: String
        package var address: String

        package init(bridge: String, address: String) {
            self.bridge = bridge
            self.address = address
        }
    }

    package struct Link: Sendable, Equatable {
        package struct End: Sendable, Equatable {
            package var router: String
            /// Allocated from the link's prefix without one.
            package var address: String?

            package init(router: String, address: String? = nil) {
                self.router = router
                self.address = address
            }
        }

        package var name: String
        package var ends: [End]
        package var prefix: String?
        /// In bytes; what the underlay leaves without one.
        package var mtu: Int?
        /// `nil`: frames pass as fast as they can.
        package var shape: LinkShape?

        package init(name: String, ends: [End], prefix: String? = nil, mtu: Int? = nil) {
            self.name = name
            self.ends = ends
            self.prefix = prefix
            self.mtu = mtu
        }
    }

    package var name: String
    package var routers: [Router]
    package var links: [Link]

    /// Whether it was described by vectors, as the first clients do.
    package var isByVectors = false

    package init(name: String, routers: [Router], links: [Link]) {
        self.name = name
        self.routers = routers
        self.links = links
    }
}
