internal import FoundationEssentials
internal import Model
internal import Subprocess
internal import SystemPackage

/// A shell on a host: on this machine, or over SSH.
///
/// It runs fixed scripts of our own (``HostScript``) with arguments that were checked, and nothing else; no text of a
/// caller ever becomes shell text.
enum Shell: Sendable {
    case local
    case ssh(SSHTarget)

    /// Runs a script and returns what it printed.
    ///
    /// - Parameter seconds: how long it may take.
    /// - Throws: `nodeUnreachable` when the host does not answer or refuses us, `timedOut`, `hypervisorFailed` with what
    ///   it printed to standard error when it fails.
    func run(_ script: HostScript, _ arguments: [HostArgument], seconds: Int) async throws(Refusal) -> String {
        let words = ["-s", "--"] + arguments.map(\.text)
        let (program, line): (String, [String]) =
            switch self {
            case .local: ("sh", words)
            case .ssh(let target): ("ssh", target.options + [target.destination, "sh"] + words)
            }
        let ended = try await Program(name: program, arguments: line, input: script.text).run(seconds: seconds)
        // ssh keeps 255 for its own failures: no way to the host, another host key, our key not accepted.
        if case .ssh(let target) = self, ended.code == 255 { throw target.refusal(saying: ended.errors) }
        guard ended.code == 0 else {
            throw Refusal(
                .hypervisorFailed, "the host could not carry out '\(script.name)'",
                detail: "exit code \(ended.code.map(String.init) ?? "none"): \(ended.errors)")
        }
        return ended.output
    }
}

/// One run of a program on this machine.
struct Program: Sendable {
    struct Ended: Sendable {
        /// `nil` when a signal ended it.
        var code: Int32?
        var output: String
        var errors: String
    }

    var name: String
    var arguments: [String]
    var input = ""

    /// - Throws: `timedOut` when it takes longer, `internalError` when it cannot be started.
    func run(seconds: Int) async throws(Refusal) -> Ended {
        let result = await withTaskGroup(of: Result<Ended, Refusal>?.self) { group in
            group.addTask { await self.run() }
            group.addTask {
                try? await Task.sleep(for: .seconds(seconds))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard let result else {
            throw Refusal(
                Task.isCancelled ? .cancelled : .timedOut, "'\(name)' did not end within \(seconds) s",
                detail: arguments.joined(separator: " "))
        }
        return try result.get()
    }

    private func run() async -> Result<Ended, Refusal> {
        do {
            var options = PlatformOptions()
            options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(200))]
            let file = try Self.file(holding: input)
            defer { try? file.close() }
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments), platformOptions: options,
                input: .fileDescriptor(file, closeAfterSpawningProcess: false),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
            let code: Int32? = if case .exited(let code) = result.terminationStatus { code } else { nil }
            return .success(
                Ended(code: code, output: result.standardOutput, errors: result.standardError))
        } catch {
            return .failure(
                Refusal(.internalError, "the program '\(name)' could not be run", detail: String(describing: error)))
        }
    }

    /// A file without a name, open at its begin. Not a pipe: swift-subprocess 1.0 ends this whole process when a program
    /// ends before it has read what it is sent, as ssh does when its host loses power.
    private static func file(holding text: String) throws -> FileDescriptor {
        let path = FileManager.default.temporaryDirectory.appending(path: "vms-\(UUID().uuidString)").path
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        do {
            try FileManager.default.removeItem(atPath: path)
            try file.writeAll(text.utf8)
            try file.seek(offset: 0, from: .start)
            return file
        } catch {
            try? file.close()
            throw error
        }
    }
}
