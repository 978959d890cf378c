internal import ArgumentParser

/// A command that writes where it is told to.
protocol ConsoleCommand: AsyncParsableCommand {
    mutating func run(on console: Console) async throws
}

extension ConsoleCommand {
    mutating func run() async throws { try await run(on: .standard) }
}
