internal import Model

/// A shell on a host: on this machine, or over SSH.
///
/// It runs fixed scripts of our own (``HostScript``) with arguments that were checked, and nothing else; no text of a
/// caller ever becomes shell text.
enum Shell: Sendable {
    case local
    case ssh(SSHTarget)

    /// Runs a script and returns what it printed.
    ///
    /// - Parameters:
    ///   - words: what the script finds in variables.
    ///   - seconds: how long it may take.
    /// - Throws: `hostUnreachable` when the host does not answer, refuses us or does not begin the script, `timedOut`,
    ///   `hypervisorFailed` with what it printed when it fails.
    func run(
        _ script: HostScript, _ arguments: [HostArgument], _ words: [HostWords] = [], seconds: Int
    ) async throws(Refusal) -> String {
        try await heard(script, arguments, words, seconds: seconds).output ?? ""
    }

    /// Runs a script by its face, and reads its answer.
    ///
    /// - Throws: as ``run(_:_:_:seconds:)``, and what reading the answer throws.
    func run<Call: ScriptCall>(_ call: Call, seconds: Int) async throws(Refusal) -> Call.Answer {
        let script = call.purpose.map { Call.script.for($0) } ?? Call.script
        return try call.answer(try await run(script, call.arguments, call.words, seconds: seconds))
    }

    /// Follows a script by its face: see ``follow(_:_:secrets:seconds:_:)``.
    func follow<Stream: ScriptStream>(
        _ stream: Stream, seconds: Int, _ told: @escaping @Sendable (String) throws -> Void
    ) async throws(Refusal) {
        try await follow(Stream.script, stream.arguments, secrets: stream.secrets, seconds: seconds, told)
    }

    func heard(
        _ script: HostScript, _ arguments: [HostArgument], _ words: [HostWords], seconds: Int
    ) async throws(Refusal) -> LoginShell.Answer {
        let ended: Program.Ended
        do throws(Refusal) {
            ended = try await program(script, arguments, words.map(\.line)).run(seconds: seconds)
        } catch {
            guard error.code == .timedOut else { throw error }
            throw Refusal(
                .timedOut, "the host could not \(script.words): no answer within \(seconds) s",
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

    /// The same for a script that takes long: each line is told when it is printed, and what `told` throws ends it. It has a
    /// connection of its own, since one carries but so many scripts at a time.
    ///
    /// - Parameter secrets: the script finds them as `$secret1` and so on. Unlike arguments they are in no list of processes.
    func follow(
        _ script: HostScript, _ arguments: [HostArgument], secrets: [HostArgument], seconds: Int,
        _ told: @escaping @Sendable (String) throws -> Void
    ) async throws(Refusal) {
        var alone = self
        if case .ssh(var target) = self {
            target.controlPath = nil
            alone = .ssh(target)
        }
        let lines = secrets.enumerated().map { "secret\($0 + 1)='\($1.text)'\n" }
        var begun = true
        if case .ssh = self { begun = false }
        let heard = LoginShell.Lines(begun: begun)
        let ended = try await alone.program(script, arguments, lines).follow(seconds: seconds) { line in
            if heard.take(line) { try told(line) }
        }
        try check(ended, script, heard.hasBegun ? .init(output: "") : .init(noise: heard.noise))
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

    /// What a host's program said last, as it may be told: three lines, each short and without control characters.
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
            // ssh keeps 255 for its own failures: no way to the host, another host key, our key not accepted.
            if ended.code == 255 { throw target.refusal(saying: ended.errors) }
            if answer.output == nil, ended.code != nil { throw target.refusal(idle: answer.noise, ended.errors) }
        }
        guard ended.code == 0 else {
            let isMute = ended.errors.allSatisfy(\.isWhitespace)
            let said = isMute ? answer.output ?? "" : ended.errors
            throw Refusal(
                .hypervisorFailed, "the host could not \(script.words)\(Self.words(of: said))",
                detail: "script \(script.name), exit code \(ended.code.map(String.init) ?? "none"): \(said)")
        }
    }
}
