internal import ArgumentParser

/// `vms vm scheduler …`: how much CPU a machine may use.
struct SchedulerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler", abstract: "How much CPU a machine may use: get, set, type.",
        subcommands: Verb.commands(of: ["vm", "scheduler"]))
}
