/// A caller's request to `createVirtualNetwork`, in the model's terms.
package struct NetworkRequest: Sendable, Equatable {
    package struct Router: Sendable, Equatable {
        package var name: String
        /// `nil` lets the planner choose.
        package var host: String?
        /// `nil` means the least that its image needs.
        package var memoryMiB: Int64?
        package var vcpus = 1
        package var image = ImageChoice()
        package var note: String?
        /// Its share of its host's processors relative to others, in the hypervisor's own unit; `nil` means its
        /// default.
        package var weight: Int64?
        /// Limit on its processor time, in percent of one processor; `nil` and 0 mean no limit.
        package var cap: Int64?
        /// An interface of its own on a physical network; it precedes those on links.
        package var physical: Physical?

        package init(name: String, host: String?, memoryMiB: Int64?) {
            self.name = name
            self.host = host
            self.memoryMiB = memoryMiB
        }
    }

    /// A bridge of the router's host, and the router's address on it.
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
            /// `nil` allocates one from the link's prefix.
            package var address: String?

            package init(router: String, address: String? = nil) {
                self.router = router
                self.address = address
            }
        }

        package var name: String
        package var ends: [End]
        package var prefix: String?
        /// In bytes; `nil` means the size that the underlay leaves.
        package var mtu: Int?
        /// `nil` means that frames pass as fast as they can.
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
    /// The team that will own it; a change of an existing network keeps its team.
    package var team = TeamID.standard

    /// Whether it was described by vectors, in the form of the first clients.
    package var isByVectors = false

    package init(name: String, routers: [Router], links: [Link]) {
        self.name = name
        self.routers = routers
        self.links = links
    }
}
