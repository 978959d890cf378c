internal import ArgumentParser
internal import VMSAPI

/// `vms services`: the list of services.
struct ServicesCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(commandName: "services", abstract: "Lists the services.")

    @ParentCommand var root: VMSCommand

    @Flag(help: "Print the names as a JSON array.")
    var json = false

    mutating func run(on console: Console) async throws {
        let names = ServiceList.all.map { (name: $0.name, text: $0.requestDescription.documentation) }
        if json || root.json {
            console.output(JSONText.line(.array(names.map { .string($0.name) })) + "\n")
            return
        }
        let width = (names.map(\.name.count).max() ?? 0) + 2
        for (name, text) in names { console.output(HelpText.entry(name, text, indent: 0, column: width)) }
    }
}

/// `vms help-service SERVICE`: a service's fields.
struct HelpServiceCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "help-service", abstract: "Shows the fields of a service.")

    @Argument(help: "The service's name.")
    var service: String

    mutating func run(on console: Console) async throws {
        console.output(ServiceHelp.text(for: try ServiceList.service(named: service)))
    }
}
