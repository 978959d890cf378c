internal import ArgumentParser
internal import VMSAPI
internal import VMSClient

/// `vms audit …`: what callers changed.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "The audit: list, export, verify.",
        subcommands: Verb.commands(of: ["audit"]) + [AuditExportCommand.self, AuditVerifyCommand.self])
}

/// `vms audit export`: all lines, each as a line of JSON.
struct AuditExportCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Prints all lines of the audit, each as a line of JSON.",
        usage: "vms audit export [--after NUMBER] [--server URL]",
        discussion: "--after NUMBER   only lines behind this one, the last of an earlier export", helpNames: [])

    @ParentCommand var root: VMSCommand

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var words: [String] = []

    mutating func run(on console: Console) async throws {
        var (settings, first, rest) = (root.settings, Int64(0), words[...])
        while let word = rest.popFirst() {
            if try settings.take(word, &rest) { continue }
            guard word == "--after", let number = rest.popFirst().flatMap({ Int64($0) }), number >= 0 else {
                throw UsageError("'\(word.visible)': audit export takes --after and a number, and no other word")
            }
            first = number
        }
        if settings.wantsHelp { throw CleanExit.helpRequest(Self.self) }
        try await Caller(settings: settings, console: console).withClient { client in
            var request = GetAudit()
            (request.after, request.limit) = (first, 1000)
            while true {
                let lines = try await client.call(request).line
                for line in lines { console.output(JSONText.line(line.wireValue) + "\n") }
                guard let last = lines.last else { return }
                request.after = last.number
            }
        }
    }
}

/// `vms audit verify FILE`: checks exported lines, without a server.
struct AuditVerifyCommand: ConsoleCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that no line of an export was changed, removed or inserted. Exit status 1 if one was.",
        discussion: """
            An export with --after begins in the middle: give --after here as well. Lines that are missing at the end do \
            not show: compare the last number with the server's.
            """)

    @Argument(help: "File with the output of 'vms audit export'; - for standard input.")
    var file: String

    @Option(help: "The export's own --after: its first line is taken as it is.")
    var after: Int64 = 0

    /// Exports have a line for each change since the server's first start.
    private static let largest = 4 << 30

    mutating func run(on console: Console) async throws {
        var chain: AuditChain?
        for text in try TextFile.bytes(file, atMost: Self.largest).split(separator: UInt8(ascii: "\n")) {
            let line: AuditLine
            do { line = try AuditLine(wire: try JSONReader.value(of: Array(text))) } catch {
                throw UsageError("\(file.visible) has a line that is none of the audit: \(error)")
            }
            // The digest before the first line of a part is not known.
            if chain == nil, after > 0, after < .max, line.number == after + 1 {
                chain = AuditChain(after: line.number, digest: line.digest)
                continue
            }
            var next = chain ?? AuditChain()
            try next.check(line)
            chain = next
        }
        guard let chain else { throw UsageError("\(file.visible) has no line") }
        console.output("lines \(after.addingReportingOverflow(1).partialValue) to \(chain.number) are unchanged\n")
    }
}
