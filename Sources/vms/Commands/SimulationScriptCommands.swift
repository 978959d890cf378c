internal import ArgumentParser
internal import VMSAPI
internal import VMSClient

/// `vms simulate script`: the calls that the simulation received so far.
struct SimulationScriptCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "script",
        abstract: "Prints the calls to the simulation so far, one in a line, in the form that 'simulate play' reads.",
        usage: "vms simulate script [--server URL]", helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var settings = root.settings
        var rest = words[...]
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            throw UsageError("'\(word.visible)' is one word too many; 'vms simulate script' takes none")
        }
        if settings.wantsHelp { throw CleanExit.helpRequest(Self.self) }
        let simulation = try await Caller(settings: settings, console: console).simulation()
        for call in simulation.script { console.output("{\"\(call.service.visible)\": \(call.request.visible)}\n") }
    }
}

/// `vms simulate play FILE`: repeats the calls of a script.
struct SimulationPlayCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "play",
        abstract: "Makes the calls in a file to a server's simulation, one after the other.",
        usage: "vms simulate play FILE [--server URL]",
        discussion: """
            A line is a service of the simulation and its fields: {"loseHost": {"phyServer": "h1"}}. Empty lines, and those \
            that begin with #, are ignored. The first refused call ends the script. FILE may be -, standard input.
            """, helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var settings = root.settings
        var files: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            guard !word.hasPrefix("--") else { throw UsageError("simulate play has no option \(word.visible)") }
            files.append(word)
        }
        if settings.wantsHelp { throw CleanExit.helpRequest(Self.self) }
        guard let file = files.first, files.count == 1 else { throw UsageError("simulate play needs one file") }
        let calls = try Self.calls(in: try TextFile.text(file))
        try await Caller(settings: settings, console: console).play(calls)
    }

    /// - Throws: ``UsageError`` with the number of the first invalid line.
    static func calls(in text: String) throws -> [(service: any SimulationService.Type, request: WireValue)] {
        var calls: [(service: any SimulationService.Type, request: WireValue)] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
            let place = "line \(index + 1)"
            guard let value = try? JSONReader.value(of: Array(line.utf8)), let call = value.members?.first,
                value.members?.count == 1
            else {
                throw UsageError(
                    "\(place) must be {\"SERVICE\": {FIELDS}}, such as {\"loseHost\": {\"phyServer\": \"h1\"}}")
            }
            guard let service = SimulationServices.all.first(where: { $0.name == call.name }) else {
                let names = SimulationServices.all.map { $0.name }
                let hint = Nearest.suggestion(
                    for: call.name, among: names, otherwise: "there are \(names.joined(separator: ", "))")
                throw UsageError("\(place): a simulation has no service '\(call.name.visible)'; \(hint)")
            }
            calls.append((service, call.value))
        }
        return calls
    }
}

extension Caller {
    /// The state of the simulation.
    func simulation() async throws -> SimulationResponse {
        var response = SimulationResponse()
        try await withClient { response = try await $0.call(GetSimulation()) }
        return response
    }

    /// Makes the calls one after the other, and prints each.
    func play(_ calls: [(service: any SimulationService.Type, request: WireValue)]) async throws {
        try await withClient { client in
            for (service, request) in calls {
                _ = try await client.call(name: service.name, request, root: service.root)
                if !settings.isJSON { console.output("\(service.name) \(JSONText.line(request))\n") }
            }
        }
    }
}
