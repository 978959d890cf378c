import FoundationEssentials
import Model
import Synchronization
import Testing

@testable import Control

/// Events for webhooks, with a receiver in memory and a clock that the test moves.
@Suite("Webhooks")
struct WebhookTests {
    /// Keeps what it accepts.
    private final class Receiver: WebhookSender {
        struct State {
            var accepted: [EventItem] = []
            var attempts = 0
            var failure: WebhookFailure?
        }

        let state = Mutex(State())

        func send(_ item: EventItem, to webhook: Webhook, at time: Date) async throws(WebhookFailure) {
            let failure = state.withLock { state in
                state.attempts += 1
                if state.failure == nil { state.accepted.append(item) }
                return state.failure
            }
            if let failure { throw failure }
        }

        var numbers: [Int64] { state.withLock { $0.accepted.map(\.number) } }
    }

    private final class Clock: Sendable {
        private let seconds = Mutex(1_000_000.0)

        var time: Date { Date(timeIntervalSince1970: seconds.withLock { $0 }) }

        func move(_ count: Double) { seconds.withLock { $0 += count } }
    }

    private let receiver = Receiver()
    private let clock = Clock()

    /// Runs deliveries while `body` runs.
    private func delivering(_ world: World, _ body: () async throws -> Void) async throws {
        var context = world.context
        context.now = { [clock] in clock.time }
        let keeper = WebhookKeeper(context, receiver, patience: 3600) { _ in .milliseconds(1) }
        let task = Task { try await keeper.run() }
        defer { task.cancel() }
        try await body()
    }

    private func note(_ count: Int, on host: String = "h1", _ world: World) async throws {
        for _ in 0..<count {
            try await world.context.events.note([
                HostEvent(.hostUpdated, host: host, words: "changed", time: Date(timeIntervalSince1970: 0))
            ])
        }
    }

    private func state(_ world: World) async throws -> Webhook? { try await world.store.webhooks().first }

    @Test("Events from the addition on, those behind the last one after a restart")
    func order() async throws {
        let world = try await World()
        try await note(2, world)
        let webhooks = Webhooks(world.context)
        _ = try await webhooks.add("w", url: "https://h/", key: nil, EventFilter())
        try await delivering(world) {
            try await note(3, world)
            try await eventually { receiver.numbers == [3, 4, 5] }
        }
        try await note(1, world)
        try await delivering(world) { try await eventually { receiver.numbers == [3, 4, 5, 6] } }
        try await eventually { try await state(world)?.last == 6 }
    }

    @Test("A receiver that fails for too long gets no more until it is resumed; then nothing is missing")
    func patience() async throws {
        let world = try await World()
        let webhooks = Webhooks(world.context)
        _ = try await webhooks.add("w", url: "https://h/", key: nil, EventFilter())
        receiver.state.withLock { $0.failure = WebhookFailure("no") }
        try await delivering(world) {
            try await note(2, world)
            try await eventually { receiver.state.withLock { $0.attempts } > 2 }
            #expect(try await state(world)?.failure?.isFinal == false)
            clock.move(3601)
            try await eventually { try await state(world)?.failure?.isFinal == true }
            let attempts = receiver.state.withLock { $0.attempts }
            receiver.state.withLock { $0.failure = nil }
            try await note(1, world)
            #expect(receiver.state.withLock { $0.attempts } == attempts && receiver.numbers == [])
            try await webhooks.resume("w")
            try await eventually { receiver.numbers == [1, 2, 3] }
        }
    }

    @Test("Events that are not for it pass; a removed one gets nothing, and one of the same name begins anew")
    func passing() async throws {
        let world = try await World()
        let webhooks = Webhooks(world.context)
        var filter = EventFilter()
        filter.host = "h2"
        _ = try await webhooks.add("w", url: "https://h/", key: nil, filter)
        try await delivering(world) {
            try await note(3, world)
            try await note(1, on: "h2", world)
            try await eventually { receiver.numbers == [4] }
            try await webhooks.remove("w")
            try await note(1, on: "h2", world)
            clock.move(1)
            _ = try await webhooks.add("w", url: "https://h/", key: nil, filter)
            try await note(1, on: "h2", world)
            try await eventually { receiver.numbers == [4, 6] }
        }
    }

    @Test("The pause doubles up to five minutes")
    func pauses() {
        let pauses = [1, 2, 3, 9, 10, 1000, .max].map { WebhookKeeper.pause(after: $0) }
        #expect(pauses == [1, 2, 4, 256, 300, 300, 300].map { .seconds($0) })
    }
}
