internal import ArgumentParser
internal import VMSAPI

/// `vms image add FOLDER…`: sends images to the server.
struct ImageAddCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds images: folders with a manifest.json and the files that it names.",
        usage: "vms image add FOLDER… [--json] [--progress] [--server URL]",
        discussion: """
            A folder as images/build makes it. Data that has arrived is not sent again, so that the same command \
            resumes after a broken connection or Ctrl-C. The server checks the SHA-256 of each file before the \
            image is visible.
            """, helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var settings = root.settings
        var folders: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            guard !word.hasPrefix("--") else { throw UsageError("image add has no option \(word.visible)") }
            folders.append(word)
        }
        if settings.wantsHelp { throw CleanExit.helpRequest(Self.self) }
        guard !folders.isEmpty else { throw UsageError("image add needs the image's folder") }
        let caller = Caller(settings: settings, console: console)
        for folder in folders { try await caller.addImage(folder) }
    }
}
