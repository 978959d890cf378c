internal import ArgumentParser

/// `vms node …`: the hosts.
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract:
            "Hosts: add, update, remove, cleanup, list, status, stats, maintenance, evacuate, shutdown; prepare one; the server's key.",
        subcommands: Verb.commands(of: ["node"]))
}
