internal import FoundationEssentials
internal import Model

/// Packets that cross a machine's links during its migration. If they cannot be sent or counted, the migration
/// continues anyway.
struct MoveFlows: Sendable {
    private let flows: [(flow: MoveFlow, shell: Shell)]

    /// The maximum duration of a flow, in seconds.
    private static let seconds = 600

    init(_ flows: [(flow: MoveFlow, shell: Shell)]) { self.flows = flows }

    /// Sends the packets while `body` runs.
    ///
    /// - Returns: the lost traffic, per link.
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
            // Do not wait for a flow that could not be ended.
            guard let ended = await Patience.wait(.seconds(5), for: task) else {
                task.cancel()
                continue
            }
            if let loss = ended { losses.append(loss) }
        }
        try result.get()
        return losses
    }

    /// Returns the longest time between two answers so far, or since the last one, in ms; `nil` if no flow reports one.
    func longestGap() async -> Int? {
        let tasks = flows.map { flow, shell in Task { await Self.run(TellFlowGap(flow), shell) ?? nil } }
        var gaps: [Int] = []
        for task in tasks {
            if let gap = await task.value { gaps.append(gap) }
        }
        return gaps.max()
    }

    /// Ends the active flows, including those of an earlier attempt.
    func end() async {
        // In separate tasks, since the operation may be cancelled.
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
