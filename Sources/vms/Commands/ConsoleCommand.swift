internal import ArgumentParser

/// A command that writes to a given console.
protocol ConsoleCommand: AsyncParsableCommand {
    mutating func run(on console: Console) async throws
}

extension ConsoleCommand {
    mutating func run() async throws { try await run(on: .standard) }
}
