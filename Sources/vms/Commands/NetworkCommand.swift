internal import ArgumentParser
internal import VMSAPI

/// `vms network …`: whole virtual networks.
struct NetworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Virtual networks: plan, create, apply, diff, list, show, verify, migrate, destroy.",
        subcommands: [
            VerbCommand<NetworkPlan>.self, VerbCommand<NetworkCreate>.self, VerbCommand<NetworkApply>.self,
            VerbCommand<NetworkDiff>.self, VerbCommand<NetworkList>.self, VerbCommand<NetworkShow>.self,
            VerbCommand<NetworkVerify>.self, VerbCommand<NetworkMigrate>.self, VerbCommand<NetworkDestroy>.self,
        ])
}

enum NetworkPlan: VerbName {
    static var verb: Verb {
        Verb(
            path: ["network", "plan"], service: PlanVirtualNetwork.self, positions: ["networkName"],
            readsTopology: true)
    }
}

enum NetworkCreate: VerbName {
    static var verb: Verb {
        Verb(
            path: ["network", "create"], service: CreateVirtualNetwork.self, positions: ["networkName"], way: .follow,
            readsTopology: true)
    }
}

enum NetworkApply: VerbName {
    static var verb: Verb {
        Verb(
            path: ["network", "apply"], service: ApplyVirtualNetwork.self, positions: ["networkName"], way: .follow,
            readsTopology: true)
    }
}

enum NetworkDiff: VerbName {
    static var verb: Verb {
        Verb(
            path: ["network", "diff"], service: PlanVirtualNetwork.self, positions: ["networkName"],
            way: .differences, readsTopology: true,
            about:
                "Tells in what a network is not as it is described: asked for otherwise than before, or lost by a host. "
                + "Exit status 0 when nothing differs, 4 when something does.")
    }
}

enum NetworkList: VerbName {
    static var verb: Verb { Verb(path: ["network", "list"], service: GetVirtualNetworks.self) }
}

enum NetworkShow: VerbName {
    static var verb: Verb {
        Verb(path: ["network", "show"], service: GetVirtualNetwork.self, positions: ["networkName"])
    }
}

enum NetworkVerify: VerbName {
    static var verb: Verb {
        Verb(path: ["network", "verify"], service: VerifyVirtualNetwork.self, positions: ["networkName"])
    }
}

enum NetworkMigrate: VerbName {
    static var verb: Verb {
        Verb(
            path: ["network", "migrate"], service: MigrateVirtualNetwork.self, positions: ["networkName"], way: .follow)
    }
}

enum NetworkDestroy: VerbName {
    static var verb: Verb {
        Verb(
            path: ["network", "destroy"], service: DestroyVirtualNetwork.self, positions: ["networkName"], way: .follow)
    }
}
