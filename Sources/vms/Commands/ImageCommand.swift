internal import ArgumentParser

/// `vms image …`: images for machines.
struct ImageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "image",
        abstract:
            "Router images: list, show, add, uploads, cancel, remove, default, tag, sweep; oses, arches, kernels.",
        subcommands: subcommands)

    private static var subcommands: [any ParsableCommand.Type] {
        var commands = Verb.commands(of: ["image"])
        // Help lists it after "show".
        commands.insert(ImageAddCommand.self, at: 2)
        return commands
    }
}
