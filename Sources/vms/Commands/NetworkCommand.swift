internal import ArgumentParser

/// `vms network …`: whole virtual networks.
struct NetworkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network",
        abstract: "Virtual networks: plan, create, apply, diff, list, show, stats, verify, migrate, destroy.",
        subcommands: Verb.commands(of: ["network"]))
}
