import ArgumentParser
import FoundationEssentials
import FuzzTargets
import Glibc

/// Feeds parsers with invalid input, as no sane host, file or caller produces it. Each target runs in a process of its
/// own, so that the driver notices its end. The last input of a target that ended is kept.
@main struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Feed parsers with invalid inputs derived from valid ones.")

    @Option(help: "Total time in seconds, divided among the targets.") var seconds = 60.0
    @Option(help: "Executions of each target, instead of a time.") var executions: Int?
    @Option(help: "Only this target; may be given several times.") var target: [String] = []
    @Option(help: "Seed of the generated inputs; the same seed generates the same inputs.") var seed: UInt64 = 1
    @Option(help: "Folder with a folder of valid inputs for each target.") var corpus = "fuzz/corpus"
    @Option(help: "Folder for inputs that end a target.") var crashes = ".build/fuzz-crashes"
    @Option(help: "Run the content of this file once, in this process.") var input: String?
    @Flag(help: "Print the targets' names.") var list = false
    @Flag(help: .hidden) var alone = false

    mutating func run() throws {
        let chosen = FuzzTarget.all.filter { target.isEmpty || target.contains($0.name) }
        if list { return chosen.forEach { print($0.name) } }
        guard !chosen.isEmpty else { throw ValidationError("no such target: see --list") }
        if let input {
            chosen.forEach { $0.run(Self.content(input)) }
        } else if alone {
            FuzzRun(
                chosen[0], corpus: Self.contents("\(corpus)/\(chosen[0].name)"), seed: seed, record: record(chosen[0])
            )
            .run(for: seconds, executions)
        } else {
            try all(chosen)
        }
    }

    private func record(_ target: FuzzTarget) -> String { "\(crashes)/\(target.name).running" }

    private func all(_ targets: [FuzzTarget]) throws {
        try FileManager.default.createDirectory(atPath: crashes, withIntermediateDirectories: true)
        var ended = 0
        for target in targets {
            var words = [
                CommandLine.arguments[0], "--alone", "--target", target.name, "--seed", "\(seed)", "--corpus", corpus,
                "--crashes", crashes, "--seconds", "\(seconds / Double(targets.count))",
            ]
            if let executions { words += ["--executions", "\(executions)"] }
            let status = Self.status(of: words)
            if status == 0 { continue }
            ended += 1
            let kept = "\(crashes)/\(target.name)-\(getpid())"
            let last = FuzzRun.last(in: record(target))
            try Data(last).write(to: URL(filePath: kept))
            print("\(target.name): ENDED by \(status) on \(last.count) bytes, kept in \(kept)")
            print("  repeat: \(CommandLine.arguments[0]) --target \(target.name) --input \(kept)")
        }
        guard ended == 0 else { throw ExitCode.failure }
    }

    /// Runs a program and waits for it. Returns its exit code, or 128 plus the number of the signal that ended it, as a
    /// shell does.
    private static func status(of words: [String]) -> Int32 {
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var (child, status): (pid_t, Int32) = (0, 0)
        guard posix_spawn(&child, "/proc/self/exe", nil, nil, &arguments, environ) == 0 else { return -1 }
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + (status & 0x7F)
    }

    private static func content(_ path: String) -> [UInt8] {
        FileManager.default.contents(atPath: path).map { Array($0) } ?? []
    }

    private static func contents(_ folder: String) -> [[UInt8]] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().map { content("\(folder)/\($0)") }
    }
}
