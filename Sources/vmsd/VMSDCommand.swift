internal import ArgumentParser
internal import HTTP

/// `vmsd`, the Virtual Machine Server.
@main
struct VMSDCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vmsd", abstract: "The Virtual Machine Server.", version: HTTPServer.release,
        subcommands: [ServeCommand.self, KeyCommand.self, TokenCommand.self], defaultSubcommand: ServeCommand.self)
}
