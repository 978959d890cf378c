internal import ArgumentParser

/// `vms user …`: users and services.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Users and services: add, change, remove, list.",
        subcommands: Verb.commands(of: ["user"]))
}

/// `vms team …`: the owners of machines, networks and images.
struct TeamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "team", abstract: "Teams: add, rename, remove, list, limit, stats.",
        subcommands: Verb.commands(of: ["team"]))
}

/// `vms token …`: credentials of users.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Tokens: add, list, revoke.", subcommands: Verb.commands(of: ["token"]))
}
