internal import ArgumentParser

/// `vms simulate …`: faults in a server that simulates its hosts.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Disturb a server that runs with --simulate: lose hosts, break links, fail steps; play a script.",
        subcommands: Verb.commands(of: ["simulate"]) + [SimulationScriptCommand.self, SimulationPlayCommand.self])
}
