internal import ArgumentParser

/// `vms vm …`: the virtual machines.
struct MachineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vm",
        abstract:
            "Virtual machines: create, destroy, shutdown, start, pause, resume, migrate, status, stats, read, type, list, adopt, scheduler.",
        subcommands: Verb.commands(of: ["vm"]) + [SchedulerCommand.self])
}
