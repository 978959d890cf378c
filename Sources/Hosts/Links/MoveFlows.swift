internal import FoundationEssentials
internal import Model

/// Packets that cross a machine's links while it moves. That they cannot be sent or counted is no reason not to move it.
struct MoveFlows: Sendable {
    private let flows: [(flow: MoveFlow, shell: Shell)]

    /// The longest time that is counted, in seconds.
    private static let seconds = 600

    init(_ flows: [(flow: MoveFlow, shell: Shell)]) { self.flows = flows }

    /// Sends them while `body` runs.
    ///
    /// - Returns: what was lost, link by link.
    func crossing(_ body: () async throws -> Void) async throws -> [MoveLoss] {
        let tasks = flows.map { flow, shell in Task { await Self.send(flow, shell) } }
        for (flow, shell) in flows { _ = await Self.run(.hasFlow, flow, shell) }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        await end()
        var losses: [MoveLoss] = []
        for task in tasks {
            // One that could not be ended is not waited for.
            guard let ended = await Patience.wait(.seconds(5), for: task) else {
                task.cancel()
                continue
            }
            if let loss = ended { losses.append(loss) }
        }
        try result.get()
        return losses
    }

    /// The longest time between two answers so far, and since the last one, in ms; `nil` where none can be told.
    func longestGap() async -> Int? {
        let tasks = flows.map { flow, shell in Task { await Self.run(.gapOfFlow, flow, shell) } }
        var gaps: [Int] = []
        for task in tasks {
            let word = await task.value?.split(whereSeparator: \.isWhitespace).first
            if let gap = word.flatMap({ Int(told: $0, in: Foreign.count) }) { gaps.append(gap) }
        }
        return gaps.max()
    }

    /// Ends those that are under way, also of an earlier attempt.
    func end() async {
        // In tasks of their own, since the operation may be cancelled.
        let tasks = flows.map { flow, shell in Task { await Self.run(.endFlow, flow, shell) } }
        for task in tasks { _ = await task.value }
    }

    private static func run(_ script: HostScript, _ flow: MoveFlow, _ shell: Shell) async -> String? {
        try? await shell.run(script, [HostArgument(flow.sourceMAC)], seconds: 20)
    }

    private static func send(_ flow: MoveFlow, _ shell: Shell) async -> MoveLoss? {
        guard let bridge = try? HostArgument(device: flow.bridge) else { return nil }
        let arguments = [
            bridge, HostArgument(flow.mtu), HostArgument(flow.source), HostArgument(flow.sourceMAC),
            HostArgument(flow.target), HostArgument(seconds),
        ]
        guard let told = try? await shell.run(.flow, arguments, seconds: seconds + 20) else { return nil }
        return FlowAnswers(told).loss(of: flow)
    }
}
