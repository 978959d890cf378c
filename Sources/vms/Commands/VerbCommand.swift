internal import ArgumentParser
internal import VMSAPI
internal import VMSClient

/// The short command at an index of `Verb.all`; its options are its service's fields.
struct VerbCommand<Place: VerbPlace>: ConsoleCommand {
    private static var verb: Verb { Verb.all[Place.index] }

    static var configuration: CommandConfiguration {
        let verb = verb
        return CommandConfiguration(
            commandName: verb.path.last, abstract: verb.abstract, usage: VerbHelp.usage(of: verb),
            discussion: VerbHelp.details(of: verb), helpNames: [])
    }

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        let verb = Self.verb
        if words.contains("--help") || words.contains("-h") { return console.output(VerbHelp.text(of: verb)) }
        let arguments = try VerbArguments(words, of: verb, settings: root.settings)
        try arguments.checkNothingIsMissing()
        do {
            try await run(arguments, on: console)
        } catch VMSClientError.fault(let fault) where fault.code == "missingField" {
            guard let field = verb.fields.first(where: { $0.name == fault.field }) else {
                throw VMSClientError.fault(fault)
            }
            throw verb.needs(field, fault.reason.visible)
        }
    }

    private func run(_ arguments: VerbArguments, on console: Console) async throws {
        let verb = Self.verb
        var builder = RequestBuilder(verb.service.requestDescription, read: TextFile.text)
        let given = arguments.assignments.map(\.path)
        for assignment in verb.presets where !given.contains(assignment.path) {
            if let other = verb.presetsUnless, given.contains([other]) { continue }
            try builder.set(assignment)
        }
        for assignment in arguments.assignments { try builder.set(assignment) }
        var request = try builder.request()
        if let file = arguments.topologyFile {
            request = .object(try TopologyFile.topology(file).members + (request.members ?? []))
        }
        let caller = Caller(settings: arguments.settings, console: console)
        if verb.way == .differences {
            try await caller.differences(request)
        } else if verb.way == .watch, let id = request.members?.first?.value.text {
            try await caller.watch(id)
        } else {
            try await caller.call(verb.service, request, follows: verb.way == .follow)
        }
    }
}
