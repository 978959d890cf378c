internal import FoundationEssentials
internal import Model
internal import Subprocess
internal import SystemPackage

/// One run of a program on this machine.
struct Program: Sendable {
    struct Ended: Sendable {
        /// The exit code; `nil` if a signal ended the program.
        var code: Int32?
        var output: String
        var errors: String

        fileprivate init(_ status: TerminationStatus, output: String, errors: String) {
            if case .exited(let code) = status { self.code = code }
            self.output = output
            self.errors = errors
        }
    }

    var name: String
    var arguments: [String]
    var input = ""

    /// Runs the program and collects its output.
    ///
    /// - Throws: `timedOut` if it takes longer, `internalError` if it cannot be started.
    func run(seconds: Int) async throws(Refusal) -> Ended { try await within(seconds) { await run() } }

    /// Runs the program and passes its output to `onLine`, line by line, without keeping it. An error that `onLine`
    /// throws ends the program.
    func follow(seconds: Int, _ onLine: @escaping @Sendable (String) throws -> Void) async throws(Refusal) -> Ended {
        try await within(seconds) { await follow(onLine) }
    }

    private func within(
        _ seconds: Int, _ body: @escaping @Sendable () async -> Result<Ended, Refusal>
    ) async throws(Refusal) -> Ended {
        let result = await withTaskGroup(of: Result<Ended, Refusal>?.self) { group in
            group.addTask { await body() }
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
        await started { options, input in
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments), platformOptions: options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: false),
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
            return Ended(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
        }
    }

    private func follow(_ onLine: @escaping @Sendable (String) throws -> Void) async -> Result<Ended, Refusal> {
        await started { options, input in
            let result = try await Subprocess.run(
                .name(name), arguments: Arguments(arguments), platformOptions: options,
                input: .fileDescriptor(input, closeAfterSpawningProcess: false),
                output: .sequence, error: .string(limit: 1 << 16)
            ) { execution in
                for try await line in execution.standardOutput.strings() { try onLine(line) }
            }
            return Ended(result.terminationStatus, output: "", errors: result.standardError)
        }
    }

    private func started(
        _ body: (PlatformOptions, FileDescriptor) async throws -> Ended
    ) async -> Result<Ended, Refusal> {
        do {
            var options = PlatformOptions()
            options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .milliseconds(200))]
            let file = try Self.file(holding: input)
            defer { try? file.close() }
            return .success(try await body(options, file))
        } catch let refusal as Refusal {
            return .failure(refusal)
        } catch {
            return .failure(
                Refusal(.internalError, "the program '\(name)' could not be run", detail: String(describing: error)))
        }
    }

    /// Creates an open file without a name, positioned at its beginning. It is not a pipe: swift-subprocess 1.0 ends
    /// this whole process if a program ends before it has read its input, as ssh does when its host loses power.
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
