internal import ArgumentParser

/// `vms operation …`: changes that run, or ran.
struct OperationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operation", abstract: "Operations: list, show, watch, cancel, resolve.",
        subcommands: Verb.commands(of: ["operation"]))
}
