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
        for (flow, shell) in flows { _ = await Self.run(AwaitFlow(flow), shell) }
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
        let tasks = flows.map { flow, shell in Task { await Self.run(TellFlowGap(flow), shell) ?? nil } }
        var gaps: [Int] = []
        for task in tasks {
            if let gap = await task.value { gaps.append(gap) }
        }
        return gaps.max()
    }

    /// Ends those that are under way, also of an earlier attempt.
    func end() async {
        // In tasks of their own, since the operation may be cancelled.
        let tasks = flows.map { flow, shell in Task { await Self.run(EndFlow(flow), shell) } }
        for task in tasks { _ = await task.value }
    }

    private static func run<Call: ScriptCall>(_ call: Call, _ shell: Shell) async -> Call.Answer? {
        try? await shell.run(call, seconds: 20)
    }

    private static func send(_ flow: MoveFlow, _ shell: Shell) async -> MoveLoss? {
        guard let send = try? SendFlow(flow, seconds: seconds),
            let answers = try? await shell.run(send, seconds: seconds + 20)
        else { return nil }
        return answers.loss(of: flow)
    }
}
