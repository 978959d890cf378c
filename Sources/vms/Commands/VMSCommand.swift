internal import ArgumentParser
internal import Glibc
internal import VMSAPI

/// `vms`, the command line of the Virtual Machine Server.
@main
struct VMSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vms",
        abstract: "Calls a Virtual Machine Server.",
        discussion: """
            --server, --json, --csv and --progress may also follow a command.

            Exit status: 0 done, 1 the server refused or the operation failed, 2 the command line is wrong, \
            3 no Virtual Machine Server answered, 4 'network diff' found differences, 5 the caller's credential or rights do not \
            suffice, 130 interrupted while an operation went on.
            """,
        version: Release.version,
        subcommands: [
            CallCommand.self, ServicesCommand.self, HelpServiceCommand.self, NodeCommand.self, MachineCommand.self,
            NetworkCommand.self, TopologyCommand.self, ImageCommand.self, OperationCommand.self,
            UserCommand.self, TeamCommand.self, TokenCommand.self, AuditCommand.self, WebhookCommand.self,
            MachineConsoleCommand.self, TopCommand.self, LoginCommand.self, LogoutCommand.self, ServersCommand.self,
        ] + Verb.commands(of: []) + [SimulateCommand.self])

    @Option(
        help: """
            The server's address, or its name as 'vms servers' lists it; otherwise VMS_SERVER from the environment, the server \
            of the last 'vms login', or \(Settings.defaultServer). VMS_TOKEN from the environment is the token for it, \
            and VMS_CA a file with the certificate that vouches for it.
            """)
    var server: String?

    @Flag(help: "Print the response as JSON: on one line, or indented on a terminal.")
    var json = false

    @Flag(help: "Print the first list of the response as comma-separated values, with a header.")
    var csv = false

    @Flag(help: "Show an operation's progress on standard error even where that is no terminal.")
    var progress = false

    var settings: Settings {
        let environment = getenv("VMS_SERVER").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
        return Settings(
            server: server ?? environment ?? "", isJSON: json, isCSV: csv, wantsProgress: progress)
    }

    static func main() async {
        Console.holdDescriptors()
        let status = await status(of: Array(CommandLine.arguments.dropFirst()), console: .standard)
        if let why = Console.lostOutput {
            Console.standard.errors("vms: not all of the answer could be written: \(why)\n")
            Glibc.exit(max(status.rawValue, ProgramStatus.fault.rawValue))
        }
        Glibc.exit(status.rawValue)
    }

    /// The arguments with the flags of every command moved to the front, for the argument parser. By itself, it would
    /// accept them anywhere, leave the `false` after one to the command, and not know `--json=false`.
    ///
    /// - Throws: ``UsageError`` for a flag that is neither true nor false.
    static func plain(_ arguments: [String]) throws -> [String] {
        var rest = arguments[...]
        var words: [String] = []
        var isOn: [String: Bool] = [:]
        let flags = ["json", "csv", "progress"]
        while let word = rest.popFirst() {
            if word == "--" {
                words.append(word)
                break
            }
            if word == "--version" { return [word] }
            if let flag = try FlagWord(word, among: flags, &rest) {
                isOn[flag.name] = flag.isOn
            } else {
                words.append(word)
                if word == "--server", let value = rest.popFirst() { words.append(value) }
            }
        }
        return flags.filter { isOn[$0] == true }.map { "--" + $0 } + words + rest
    }

    /// Runs one command line.
    ///
    /// - Returns: the exit status; all output has been written.
    static func status(of arguments: [String], console: Console) async -> ProgramStatus {
        do {
            var command = try parseAsRoot(plain(arguments))
            if var command = command as? any ConsoleCommand {
                try await command.run(on: console)
            } else if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return .done
        } catch {
            return Failure(error).report(on: console) { error in
                (fullMessage(for: error), exitCode(for: error).isSuccess)
            }
        }
    }
}
