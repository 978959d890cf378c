internal import HTTPTypes
internal import NIOCore
internal import Synchronization

/// Limits the memory for the bodies of all requests and the data made from them.
///
/// The first ``free`` bytes of a body are not counted, so that large bodies do not delay small calls; the limit on
/// connections bounds their total. For the rest, memory for the whole body is reserved before it is read, in the order
/// of the requests. While a request waits, a body that arrives too slowly is abandoned.
final class BodyBudget: Sendable {
    /// Bytes of each body that need no reservation.
    static let free = 64 << 10

    /// One request's share, from before its body is read until its answer is complete.
    final class Claim: Sendable {
        fileprivate struct Progress {
            var taken = 0
            var isReading = true
            /// The number of bytes at the last mark, and its time.
            var mark = (bytes: 0, time: NIODeadline.now())
        }

        fileprivate let channel: any Channel
        fileprivate let progress = Mutex(Progress())
        private let budget: BodyBudget

        fileprivate init(_ budget: BodyBudget, _ channel: any Channel) {
            self.budget = budget
            self.channel = channel
        }

        /// Reserves memory, and waits for it if necessary.
        ///
        /// - Throws: 503 if none is free in time.
        func take(_ bytes: Int) async throws(Unacceptable) { try await budget.take(bytes, self) }

        /// Records that a number of bytes of the body have arrived.
        func arrived(_ bytes: Int) {
            progress.withLock { progress in
                guard bytes - progress.mark.bytes >= BodyBudget.leastArriving else { return }
                progress.mark = (bytes, .now())
            }
        }

        /// Records that the whole body has arrived.
        func finishReading() { progress.withLock { $0.isReading = false } }

        /// Releases the reservation.
        func end() { budget.end(self) }
    }

    private struct Waiter {
        var claim: Claim
        var bytes: Int
        var until: NIODeadline
        var resumption: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var used = 0
        var claims: [ObjectIdentifier: Claim] = [:]
        var waiting = CircularBuffer<Waiter>()
        var isWatched = false
    }

    /// While a request waits for memory, this many bytes of a body must arrive within ``slowest``.
    fileprivate static let leastArriving = 64 << 10
    private static let slowest = TimeAmount.seconds(2)
    /// Interval of the search for slow bodies while a request waits.
    private static let checkInterval = Duration.milliseconds(100)

    let limit: Int
    private let patience: TimeAmount
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: bytes for all bodies beyond their first ``free`` bytes. A single body may always use all of it.
    ///   - patience: maximum time that a body waits for memory.
    init(limit: Int, patience: TimeAmount) {
        self.limit = limit
        self.patience = patience
    }

    func claim(_ channel: any Channel) -> Claim { Claim(self, channel) }

    /// Reserved bytes.
    var used: Int { state.withLock { $0.used } }

    private func take(_ bytes: Int, _ claim: Claim) async throws(Unacceptable) {
        let bytes = min(bytes, limit)
        let hasRoom = state.withLock { state in
            guard state.waiting.isEmpty, state.used + bytes <= limit else { return false }
            admit(claim, bytes, &state)
            return true
        }
        guard !hasRoom else { return }
        let isAdmitted = await withCheckedContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append(
                    Waiter(claim: claim, bytes: bytes, until: .now() + patience, resumption: continuation))
                defer { state.isWatched = true }
                return !state.isWatched
            }
            if begins { Task { await watch() } }
        }
        guard isAdmitted else {
            throw Unacceptable(
                .serviceUnavailable, "the server has no memory left for another large request; try again soon\n")
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
                state.waiting.removeFirst()  // fits: it is not empty
                admit(first.claim, first.bytes, &state)
                admitted.append(first)
            }
            return admitted
        }
        for waiter in admitted { waiter.resumption.resume(returning: true) }
    }

    /// While a request waits: refuses requests that waited too long, and closes connections whose bodies arrive too
    /// slowly.
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
            for waiter in late { waiter.resumption.resume(returning: false) }
            // Closing ends the request, which releases its reservation.
            for claim in slow { claim.channel.close(promise: nil) }
            guard !isOver else { return }
            try? await Task.sleep(for: Self.checkInterval)
        }
    }
}

extension BodyBudget.Claim {
    fileprivate func isSlow(_ now: NIODeadline, _ slowest: TimeAmount) -> Bool {
        progress.withLock { $0.isReading && now - $0.mark.time >= slowest }
    }
}
