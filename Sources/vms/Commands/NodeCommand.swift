internal import ArgumentParser
internal import VMSAPI

/// `vms node …`: the hosts.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract:
            "Hosts: add, update, remove, cleanup, list, status, maintenance, evacuate, shutdown; prepare one; the server's key.",
        subcommands: [
            VerbCommand<NodeAdd>.self, VerbCommand<NodeUpdate>.self, VerbCommand<NodeRemove>.self,
            VerbCommand<NodeCleanup>.self, VerbCommand<NodeList>.self,
            VerbCommand<NodeStatus>.self, VerbCommand<NodeMaintenance>.self, VerbCommand<NodePrepare>.self,
            VerbCommand<NodeEvacuate>.self, VerbCommand<NodeShutdown>.self, VerbCommand<NodeKey>.self,
        ])
}

enum NodeAdd: VerbName {
    static var verb: Verb {
        Verb(
            path: ["node", "add"], service: RegisterNodes.self, positions: ["NodeName"], inside: "Node",
            hidden: answersOnly, about: "Registers a host, so that machines can be created on it.")
    }
}

enum NodeUpdate: VerbName {
    static var verb: Verb {
        Verb(path: ["node", "update"], service: UpdateNode.self, positions: ["NodeName"])
    }
}

enum NodeRemove: VerbName {
    static var verb: Verb {
        Verb(path: ["node", "remove"], service: UnregisterNodes.self, positions: ["NodeName"])
    }
}

enum NodeCleanup: VerbName {
    static var verb: Verb {
        Verb(path: ["node", "cleanup"], service: EndAbandoned.self, positions: ["phyServer"], way: .follow)
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

/// Fields of a node that only answers hold.
private let answersOnly: Set<String> = ["state", "since", "reason", "maintenance"]

enum NodeMaintenance: VerbName {
    static var verb: Verb {
        Verb(
            path: ["node", "maintenance"], service: SetPhysicalServerMaintenance.self,
            positions: ["phyServer", "maintenance"])
    }
}

enum NodeEvacuate: VerbName {
    static var verb: Verb {
        Verb(path: ["node", "evacuate"], service: EvacuatePhysicalServer.self, positions: ["phyServer"])
    }
}

enum NodeShutdown: VerbName {
    static var verb: Verb {
        Verb(path: ["node", "shutdown"], service: ShutdownPhysicalServer.self, positions: ["phyServer"])
    }
}

enum NodePrepare: VerbName {
    static var verb: Verb {
        Verb(
            path: ["node", "prepare"], service: CheckPhysicalServer.self, positions: ["NodeName"],
            about: "Looks whether a host can carry machines, and says what is missing and how to mend it.")
    }
}

enum NodeKey: VerbName {
    static var verb: Verb { Verb(path: ["node", "key"], service: GetServerKey.self) }
}

/// `vms events`: what happened.
enum Events: VerbName {
    static var verb: Verb {
        Verb(
            path: ["events"], service: GetEvents.self, standing: [Assignment(path: ["newest"], value: .text("true"))],
            // Who goes on behind an event must not miss those between it and the newest.
            standingUnless: "after",
            about: "What happened to hosts, machines and networks, the newest at the end; with --after, the first ones "
                + "behind it. With --wait it waits for an event where there is none behind --after.")
    }
}
