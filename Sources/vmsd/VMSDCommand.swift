internal import ArgumentParser

/// `vmsd`, the Virtual Machine Server.
@main
struct VMSDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vmsd", abstract: "The Virtual Machine Server.",
        subcommands: [ServeCommand.self, KeyCommand.self], defaultSubcommand: ServeCommand.self)
}
