internal import ArgumentParser
internal import VMSAPI

/// `vms topology`: hosts, the connections between them, and the networks over them; as text or as a drawing.
struct TopologyCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology",
        abstract: "Shows hosts, their connections, and the virtual networks over them; as text or as a drawing.",
        usage: "vms topology [--dot | --svg FILE] [--json] [--server URL]",
        discussion: """
            --dot        print a drawing in Graphviz's language
            --svg FILE   write the drawing to FILE as SVG; needs Graphviz's 'dot' on this machine

            A link is failed if its part on a host differs from its definition. 'vms network verify' probes the \
            routers themselves.
            """, helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var settings = root.settings
        var form = TopologyForm.text
        var rest = words[...]
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            if let flag = try FlagWord(word, among: ["dot"], &rest) {
                guard flag.isOn else { continue }
                try Self.choose(.dot, over: &form)
                continue
            }
            switch word {
            case "--svg":
                guard let file = rest.popFirst(), !file.isEmpty else { throw UsageError("--svg needs a file's name") }
                try Self.choose(.svg(file), over: &form)
            case _ where word.hasPrefix("--svg=") && word != "--svg=":
                try Self.choose(.svg(String(word.dropFirst("--svg=".count))), over: &form)
            case _ where word.hasPrefix("-"): throw UsageError("topology has no option \(word.visible)")
            default:
                throw UsageError("'\(word.visible)' is one word too many; see 'vms topology --help'")
            }
        }
        if settings.wantsHelp { throw CleanExit.helpRequest(Self.self) }
        try settings.checkHasNoCSV("topology")
        guard form == .text || !settings.isJSON else {
            throw UsageError("topology takes --json, --dot or --svg, one of them")
        }
        try await Caller(settings: settings, console: console).topology(as: form)
    }

    private static func choose(_ given: TopologyForm, over form: inout TopologyForm) throws {
        guard form == .text else { throw UsageError("topology takes one of --dot and --svg") }
        form = given
    }
}

/// The output form of a topology.
enum TopologyForm: Equatable {
    case text, dot
    /// An SVG file of that name.
    case svg(String)
}
