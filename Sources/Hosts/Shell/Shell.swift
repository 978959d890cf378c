internal import Model

/// A shell on a host: on this machine, or over SSH.
///
/// It only runs fixed scripts of our own (``HostScript``) with checked arguments. No text of a caller ever becomes
/// shell text.
enum Shell: Sendable {
    case local
    case ssh(SSHTarget)

    /// Runs a script and returns its output.
    ///
    /// - Parameters:
    ///   - variables: the variables that are set in front of the script.
    ///   - seconds: the time limit.
    /// - Throws: `hostUnreachable` if the host does not answer, refuses us or does not begin the script, `timedOut`,
    ///   and `hypervisorFailed` with the output of a script that fails.
    func run(
        _ script: HostScript, _ arguments: [HostArgument], _ variables: [ScriptVariable] = [], seconds: Int
    ) async throws(Refusal) -> String {
        try await answerWithNoise(script, arguments, variables, seconds: seconds).output ?? ""
    }

    /// Runs a call's script and parses the answer.
    ///
    /// - Throws: as ``run(_:_:_:seconds:)``, and the errors of the parser.
    func run<Call: ScriptCall>(_ call: Call, seconds: Int) async throws(Refusal) -> Call.Answer {
        let script = call.purpose.map { Call.script.for($0) } ?? Call.script
        return try call.answer(try await run(script, call.arguments, call.variables, seconds: seconds))
    }

    /// Runs a long script and handles its lines: see ``follow(_:_:secrets:seconds:_:)``.
    func follow<Stream: ScriptStream>(
        _ stream: Stream, seconds: Int, _ onLine: @escaping @Sendable (String) throws -> Void
    ) async throws(Refusal) {
        try await follow(Stream.script, stream.arguments, secrets: stream.secrets, seconds: seconds, onLine)
    }

    func answerWithNoise(
        _ script: HostScript, _ arguments: [HostArgument], _ variables: [ScriptVariable], seconds: Int
    ) async throws(Refusal) -> LoginShell.Answer {
        let ended: Program.Ended
        do throws(Refusal) {
            ended = try await program(script, arguments, variables.map(\.line)).run(seconds: seconds)
        } catch {
            guard error.code == .timedOut else { throw error }
            throw Refusal(
                .timedOut, "the host could not \(script.purpose): no answer within \(seconds) s",
                detail: "script \(script.name): \(error.reason)")
        }
        return try answer(ended, script)
    }

    func answer(_ ended: Program.Ended, _ script: HostScript) throws(Refusal) -> LoginShell.Answer {
        var answer = LoginShell.Answer(output: ended.output)
        if case .ssh = self { answer = LoginShell.answer(ended.output) }
        try check(ended, script, answer)
        return answer
    }

    /// Runs a long script and passes each line to `onLine` as it is printed. An error that `onLine` throws ends the
    /// script. The script has a connection of its own, since one connection carries only a limited number of scripts
    /// concurrently.
    ///
    /// - Parameter secrets: the values of `$secret1` and so on. Unlike arguments, they are not visible in the list of
    ///   processes.
    func follow(
        _ script: HostScript, _ arguments: [HostArgument], secrets: [HostArgument], seconds: Int,
        _ onLine: @escaping @Sendable (String) throws -> Void
    ) async throws(Refusal) {
        var alone = self
        if case .ssh(var target) = self {
            target.controlPath = nil
            alone = .ssh(target)
        }
        let variables = secrets.enumerated().map { "secret\($0 + 1)='\($1.text)'\n" }
        var begun = true
        if case .ssh = self { begun = false }
        let lines = LoginShell.Lines(begun: begun)
        let ended = try await alone.program(script, arguments, variables).follow(seconds: seconds) { line in
            if lines.accept(line) { try onLine(line) }
        }
        try check(ended, script, lines.hasBegun ? .init(output: "") : .init(noise: lines.noise))
    }

    func program(
        _ script: HostScript, _ arguments: [HostArgument], _ lines: [String]
    ) -> Program {
        let words = ["-s", "--"] + arguments.map(\.text)
        let input = lines.joined() + script.text
        return switch self {
        case .local: Program(name: "sh", arguments: words, input: input)
        case .ssh(let target):
            Program(
                name: "ssh", arguments: target.options + [target.destination, "sh"] + words,
                input: LoginShell.opening + input)
        }
    }

    /// The last error messages of a program on a host, made safe to show: three lines, each short and without control
    /// characters.
    static func words(of errors: String) -> String {
        let lines = errors.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
            .filter { !$0.isEmpty }
        guard !lines.isEmpty else { return "; it gave no reason" }
        return ": " + lines.suffix(3).map { String($0).shown(160) }.joined(separator: "; ")
    }

    private func check(
        _ ended: Program.Ended, _ script: HostScript, _ answer: LoginShell.Answer
    ) throws(Refusal) {
        if case .ssh(let target) = self {
            // ssh reserves 255 for its own failures: no connection to the host, another host key, our key not accepted.
            if ended.code == 255 { throw target.refusal(errors: ended.errors) }
            if answer.output == nil, ended.code != nil { throw target.refusal(notBegun: answer.noise, ended.errors) }
        }
        guard ended.code == 0 else {
            let isMute = ended.errors.allSatisfy(\.isWhitespace)
            let said = isMute ? answer.output ?? "" : ended.errors
            throw Refusal(
                .hypervisorFailed, "the host could not \(script.purpose)\(Self.words(of: said))",
                detail: "script \(script.name), exit code \(ended.code.map(String.init) ?? "none"): \(said)")
        }
    }
}
