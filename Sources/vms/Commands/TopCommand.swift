internal import ArgumentParser
internal import VMSAPI
internal import VMSClient

/// `vms top`: a live table of loads.
struct TopCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Shows the loads of hosts, machines and links, again every few seconds; Ctrl-C ends.",
        usage: "vms top [--sort cpu|memory|traffic|disk|name] [--phyServer HOST] [--every SECONDS] [--once]",
        discussion: """
            --sort KEY         cpu, memory, traffic, disk or name (default: cpu)
            --phyServer HOST   only this host, its machines, and links of its routers
            --every SECONDS    pause between two tables (default: 5)
            --once             show one table, as where the output is no terminal
            """, helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var (settings, request, rest) = (root.settings, ListLoads(), words[...])
        var (seconds, isOnce) = (5, !console.outputIsTerminal)
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            if word == "--once" {
                isOnce = true
                continue
            }
            guard let value = rest.popFirst() else {
                throw UsageError("\(word.visible) needs a value, or is no option")
            }
            switch word {
            case "--sort":
                guard let key = LoadKey(rawValue: value) else {
                    throw UsageError("--sort is '\(value.visible)': must be cpu, memory, traffic, disk or name")
                }
                request.sort = key
            case "--phyServer": request.phyServer = value
            case "--every":
                guard let number = Int(value), (1...3600).contains(number) else {
                    throw UsageError("--every is '\(value.visible)': must be from 1 to 3600 seconds")
                }
                seconds = number
            default: throw UsageError("top has no option '\(word.visible)'")
            }
        }
        if settings.wantsHelp { throw CleanExit.helpRequest(Self.self) }
        try settings.checkHasNoCSV("top")
        let (isJSON, every, once) = (settings.isJSON, Duration.seconds(seconds), isOnce)
        try await Caller(settings: settings, console: console).withClient { [request] client in
            while true {
                var request = request
                let size = console.rows() ?? 1000
                request.limit = Int32(clamping: min(size, 1000))
                let loads = try await client.call(request)
                if isJSON {
                    console.output(JSONText.line(loads.wireValue) + "\n")
                } else {
                    let text = LoadText(loads: loads, layout: console.layout).text(rows: once ? nil : size - 1)
                    // The whole screen is written at once, so that it does not flicker.
                    console.output(once ? text : "\u{1B}[H\u{1B}[J" + text)
                }
                if once { return }
                try await Task.sleep(for: every)
            }
        }
    }
}
