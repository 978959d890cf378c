internal import ArgumentParser
internal import VMSAPI

/// `vms node …`: the hosts.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Hosts: add, remove, list, status.",
        subcommands: [
            VerbCommand<NodeAdd>.self, VerbCommand<NodeRemove>.self, VerbCommand<NodeList>.self,
            VerbCommand<NodeStatus>.self,
        ])
}

enum NodeAdd: VerbName {
    static var verb: Verb {
        Verb(
            path: ["node", "add"], service: RegisterNodes.self, positions: ["NodeName"], inside: "Node",
            hidden: ["state"], about: "Registers a host, so that machines can be created on it.")
    }
}

enum NodeRemove: VerbName {
    static var verb: Verb {
        Verb(path: ["node", "remove"], service: UnregisterNodes.self, positions: ["NodeName"])
    }
}

enum NodeList: VerbName {
    static var verb: Verb { Verb(path: ["node", "list"], service: GetRegisteredNodes.self) }
}

enum NodeStatus: VerbName {
    static var verb: Verb {
        Verb(path: ["node", "status"], service: GetPhysicalServerStatus.self, positions: ["phyServer"])
    }
}
