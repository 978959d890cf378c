internal import HTTPTypes
internal import NIOCore
internal import Synchronization

/// Bounds the memory that the bodies of all requests take together, with what is made of them.
///
/// The first ``free`` bytes of a body cost nothing, so that nobody's large bodies hold up the calls of others: their
/// number is bounded by that of the connections. For the rest of a body, room for the whole of it is taken before it is
/// read, in the order in which it was asked for; while somebody waits, a body that hardly arrives is given up.
final class BodyBudget: Sendable {
    /// Bytes of each body that need no room.
    static let free = 64 << 10

    /// One request's part, from before its body is read until its answer is made.
    final class Claim: Sendable {
        fileprivate struct Progress {
            var taken = 0
            var isReading = true
            /// How much had arrived when it was last looked at, and when that was.
            var mark = (bytes: 0, time: NIODeadline.now())
        }

        fileprivate let channel: any Channel
        fileprivate let progress = Mutex(Progress())
        private let budget: BodyBudget

        fileprivate init(_ budget: BodyBudget, _ channel: any Channel) {
            self.budget = budget
            self.channel = channel
        }

        /// Takes room, and waits for it if need be.
        ///
        /// - Throws: 503 when there is none in time.
        func take(_ bytes: Int) async throws(Unacceptable) { try await budget.take(bytes, self) }

        /// So many bytes of the body have arrived by now.
        func arrived(_ bytes: Int) {
            progress.withLock { progress in
                guard bytes - progress.mark.bytes >= BodyBudget.leastArriving else { return }
                progress.mark = (bytes, .now())
            }
        }

        /// The whole body is here.
        func isWhole() { progress.withLock { $0.isReading = false } }

        /// Gives the room back.
        func end() { budget.end(self) }
    }

    private struct Waiter {
        var claim: Claim
        var bytes: Int
        var until: NIODeadline
        var goOn: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var used = 0
        var claims: [ObjectIdentifier: Claim] = [:]
        var waiting = CircularBuffer<Waiter>()
        var isWatched = false
    }

    /// While somebody waits for room, so many bytes of a body must arrive in ``slowest``.
    fileprivate static let leastArriving = 64 << 10
    private static let slowest = TimeAmount.seconds(2)
    /// How often it is looked for bodies that hardly arrive, while somebody waits.
    private static let look = Duration.milliseconds(100)

    let limit: Int
    private let patience: TimeAmount
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: bytes for all bodies beyond their first ``free``. One body may always have all of it.
    ///   - patience: how long a body waits for room.
    init(limit: Int, patience: TimeAmount) {
        self.limit = limit
        self.patience = patience
    }

    func claim(_ channel: any Channel) -> Claim { Claim(self, channel) }

    /// What is taken, in bytes.
    var used: Int { state.withLock { $0.used } }

    private func take(_ bytes: Int, _ claim: Claim) async throws(Unacceptable) {
        let bytes = min(bytes, limit)
        let isIn = state.withLock { state in
            guard state.waiting.isEmpty, state.used + bytes <= limit else { return false }
            admit(claim, bytes, &state)
            return true
        }
        guard !isIn else { return }
        let isAdmitted = await withCheckedContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append(
                    Waiter(claim: claim, bytes: bytes, until: .now() + patience, goOn: continuation))
                defer { state.isWatched = true }
                return !state.isWatched
            }
            if begins { Task { await watch() } }
        }
        guard isAdmitted else {
            throw Unacceptable(
                .serviceUnavailable, "the server takes in as many large requests as it has room for; try again soon\n")
        }
    }

    private func admit(_ claim: Claim, _ bytes: Int, _ state: inout State) {
        state.used += bytes
        state.claims[ObjectIdentifier(claim)] = claim
        claim.progress.withLock { progress in
            progress.taken += bytes
            progress.mark.time = .now()
        }
    }

    private func end(_ claim: Claim) {
        let admitted = state.withLock { state -> [Waiter] in
            guard state.claims.removeValue(forKey: ObjectIdentifier(claim)) != nil else { return [] }
            state.used -= claim.progress.withLock { $0.taken }
            var admitted: [Waiter] = []
            while let first = state.waiting.first, state.used + first.bytes <= limit {
                state.waiting.removeFirst()  // fits: it has a first
                admit(first.claim, first.bytes, &state)
                admitted.append(first)
            }
            return admitted
        }
        for waiter in admitted { waiter.goOn.resume(returning: true) }
    }

    /// As long as somebody waits: sends away who waited too long, and whose body hardly arrives.
    private func watch() async {
        while true {
            let now = NIODeadline.now()
            let (late, slow, isOver) = state.withLock { state -> ([Waiter], [Claim], Bool) in
                let late = state.waiting.filter { $0.until <= now }
                if !late.isEmpty { state.waiting.removeAll { $0.until <= now } }
                let slow = state.waiting.isEmpty ? [] : state.claims.values.filter { $0.isSlow(now, Self.slowest) }
                if state.waiting.isEmpty { state.isWatched = false }
                return (Array(late), slow, state.waiting.isEmpty)
            }
            for waiter in late { waiter.goOn.resume(returning: false) }
            // Its request ends, and gives back what it has.
            for claim in slow { claim.channel.close(promise: nil) }
            guard !isOver else { return }
            try? await Task.sleep(for: Self.look)
        }
    }
}

extension BodyBudget.Claim {
    fileprivate func isSlow(_ now: NIODeadline, _ slowest: TimeAmount) -> Bool {
        progress.withLock { $0.isReading && now - $0.mark.time >= slowest }
    }
}
