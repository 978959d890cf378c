internal import ArgumentParser
internal import VMSAPI

/// `vms call SERVICE field=value…`: every service, with every field.
struct CallCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Calls any service by its name.",
        usage: "vms call SERVICE [field=value …] [--describe] [--json] [--progress] [--server URL]",
        discussion: """
            field=value      a value; the same field again adds a value
            field=@FILE      the text of a file without its last line end; @- is standard input
            field:=JSON      anything, as JSON, such as field:='"@text"'
            Node.IP=…        a field of a structure
            Node.1.IP=…      a field of the second of several structures

            'vms services' lists the services, 'vms help-service SERVICE' or --describe shows a service's fields. \
            With --progress, a service that takes 'async' is called with it, and its operation is followed.
            """, helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var settings = root.settings
        var rest = words[...]
        var service: (any Service.Type)?
        var assignments: [Assignment] = []
        var wantsDescription = false
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            if let flag = try FlagWord(word, among: ["describe"], &rest) {
                wantsDescription = flag.isOn
            } else if word.hasPrefix("--") {
                throw UsageError("call has no option \(word.visible); fields are given as field=value")
            } else if service == nil {
                service = try ServiceList.service(named: word)
            } else {
                assignments.append(try Assignment(word))
            }
        }
        if settings.wantsHelp && service == nil { throw CleanExit.helpRequest(Self.self) }
        guard let service else { throw UsageError("call needs a service's name; 'vms services' lists them") }
        if wantsDescription || settings.wantsHelp { return console.output(ServiceHelp.text(for: service)) }
        var builder = RequestBuilder(service.requestDescription, read: TextFile.text)
        for assignment in assignments { try builder.set(assignment) }
        let request = try builder.request()
        let given = Set((request.members ?? []).map(\.name))
        if let missing = service.requestDescription.fields.first(where: { $0.isNeeded && !given.contains($0.name) }) {
            throw UsageError("\(service.name) needs \(missing.name)=…: \(missing.words())")
        }
        try await Caller(settings: settings, console: console).call(
            service, request, follows: settings.wantsProgress)
    }
}
