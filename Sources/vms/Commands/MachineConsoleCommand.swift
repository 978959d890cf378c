internal import ArgumentParser
internal import FoundationEssentials
internal import VMSAPI
internal import VMSClient

/// `vms console`: shows a machine's console, and types on it.
struct MachineConsoleCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "console", abstract: "Shows a machine's console and types on it; Ctrl-] ends.",
        usage: "vms console NAME [--from start] [--readOnly] [--takeOver] [--raw]",
        discussion: """
            The console stays open when the machine moves and when the server restarts; what is missing then is \
            marked.

            --from PLACE   start: begin with what the server has kept
            --readOnly     do not type
            --takeOver     take the console over from another program that types
            --raw          pass everything to the terminal, also what changes its title or makes it answer
            """, helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var (settings, options, rest) = (root.settings, ConsoleOptions(), words[...])
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            try options.take(word, &rest)
        }
        if settings.wantsHelp { throw CleanExit.helpRequest(Self.self) }
        try settings.checkHasNoCSV("console")
        guard !options.machine.isEmpty else { throw UsageError("console needs the name of a machine") }
        let (isJSON, chosen) = (settings.isJSON, options)
        try await Caller(settings: settings, console: console).withClient { client in
            try await ConsoleWindow(client: client, options: chosen, console: console, isJSON: isJSON).run()
        }
    }
}

/// The words of `vms console`.
struct ConsoleOptions: Sendable, Equatable {
    var machine = ""
    var from = "end"
    var types = true
    var takesOver = false
    var isRaw = false

    /// Takes a word of the command line.
    ///
    /// - Throws: ``UsageError``.
    mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws {
        switch word {
        case "--from":
            guard let place = rest.popFirst() else { throw UsageError("\(word) needs a value") }
            from = place
        case "--readOnly": types = false
        case "--takeOver": takesOver = true
        case "--raw": isRaw = true
        case _ where word.hasPrefix("-"): throw UsageError("console has no option '\(word.visible)'")
        case _ where machine.isEmpty: machine = word
        default: throw UsageError("'\(word.visible)': console takes the name of one machine")
        }
    }
}
