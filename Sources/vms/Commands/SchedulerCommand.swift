internal import ArgumentParser

/// `vms vm scheduler …`: CPU use of a machine.
struct SchedulerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler", abstract: "CPU use of a machine: get, set, type.",
        subcommands: Verb.commands(of: ["vm", "scheduler"]))
}
