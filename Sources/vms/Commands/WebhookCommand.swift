internal import ArgumentParser

/// `vms webhook …`: receivers of events.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Receivers of events by HTTP: add, list, resume, remove.",
        subcommands: Verb.commands(of: ["webhook"]))
}
