import FoundationEssentials
import Testing

@testable import Model

/// Every entry in every state: the legal ones are accepted, and no others.
@Suite struct OperationTests {
    private let time = Date(timeIntervalSince1970: 0)
    private let why = Refusal(.hypervisorFailed, "no")

    private func operation(steps: Int = 2, recovery: Plan.Recovery = .undo) -> Operation {
        let machine = MachineReference(id: MachineID("m"), name: "r1")
        let host = Host(name: "h1", hostKey: nil, addresses: [], uri: nil, memoryMiB: nil)
        return Operation(
            id: OperationID("o"),
            plan: Plan(
                service: "s", subject: .machine(name: "r1", host: "h1"),
                StagedSteps(Array(repeating: .startMachine(machine), count: steps), on: host), recovery: recovery),
            started: time)
    }

    private func after(_ entries: [JournalEntry], recovery: Plan.Recovery = .undo) throws -> Operation {
        var operation = operation(recovery: recovery)
        for entry in entries { try operation.apply(entry, at: time) }
        return operation
    }

    @Test func goesForwardStepByStep() throws {
        let done = try after([.began(0), .did(0), .began(1), .did(1), .succeeded])
        #expect(done.state == .succeeded && done.done == 2 && done.ended == time)
    }

    @Test func undoesFromTheStepBegunLast() throws {
        var failing = try after([.began(0), .did(0), .began(1), .failing(why)])
        #expect(failing.state == .undoing && failing.undoNext == 1 && failing.failure == why)
        try failing.apply(.undid(1), at: time)
        try failing.apply(.undid(0), at: time)
        try failing.apply(.failed, at: time)
        #expect(failing.state == .failed)
    }

    @Test func getsStuckAndIsResolved() throws {
        let stuck: [JournalEntry] = [.began(0), .failing(why), .stuck(why)]
        #expect(try after(stuck).state == .stuck)
        #expect(try after(stuck + [.accepted]).state == .failed)
        #expect(try after(stuck + [.retried, .undid(0), .failed]).state == .failed)
    }

    @Test func aPlanThatResumesHasNothingToUndo() throws {
        #expect(try after([.began(0), .failing(why), .failed], recovery: .resume).state == .failed)
    }

    @Test func nothingElseFollows() throws {
        let all: [JournalEntry] = [
            .began(0), .began(1), .began(2), .did(0), .did(1), .succeeded, .failing(why), .undid(0), .undid(1), .failed,
            .stuck(why), .retried, .accepted,
        ]
        let legal: [([JournalEntry], [JournalEntry])] = [
            ([], [.began(0), .failing(why)]),
            ([.began(0)], [.did(0), .failing(why)]),
            ([.began(0), .did(0)], [.began(1), .failing(why)]),
            ([.began(0), .did(0), .began(1), .did(1)], [.succeeded, .failing(why)]),
            ([.began(0), .failing(why)], [.undid(0), .stuck(why)]),
            ([.began(0), .failing(why), .undid(0)], [.failed, .stuck(why)]),
            ([.began(0), .failing(why), .stuck(why)], [.retried, .accepted]),
            ([.began(0), .did(0), .began(1), .did(1), .succeeded], []),
            ([.failing(why), .failed], []),
        ]
        for (history, allowed) in legal {
            for entry in all {
                var operation = try after(history)
                let before = operation
                do {
                    try operation.apply(entry, at: time)
                    #expect(allowed.contains(entry), "\(entry) followed \(history)")
                } catch {
                    #expect(!allowed.contains(entry), "\(entry) must follow \(history)")
                    #expect(operation == before)
                }
            }
        }
    }
}
