internal import Logging
internal import NIOCore
internal import Synchronization

/// Who is connected. Of too many connections, in all or from one address, the one goes that has been silent longest, so
/// that whoever opens connections and leaves them keeps nobody out; those first whose clients left, those that said nothing yet,
/// and then those that stopped before their first request was whole, so that who asks now and then keeps his connection in a
/// flood of others. A connection whose request is being answered stays, unless its client said that nothing more comes: most
/// that do so are gone.
final class Connections: Sendable {
    /// One connection.
    final class Seat: Sendable {
        let channel: any Channel
        let address: String
        /// Whether a whole request has arrived whose answer is not written yet.
        private let served = Atomic<Bool>(false)
        private let answered = Atomic<Bool>(false)
        private let isLeft = Atomic<Bool>(false)
        private let hadTime = Atomic<Bool>(false)
        private let activity: Atomic<UInt64>
        private let entered: UInt64

        fileprivate init(_ channel: any Channel, _ address: String) {
            self.channel = channel
            self.address = address
            entered = NIODeadline.now().uptimeNanoseconds
            activity = Atomic(entered)
        }

        func isServed(_ served: Bool) { self.served.store(served, ordering: .relaxed) }

        /// The client sends nothing any more.
        func left() { isLeft.store(true, ordering: .relaxed) }

        /// A whole answer was given.
        func wasAnswered() {
            answered.store(true, ordering: .relaxed)
            stirred()
        }

        /// What it sent at once would have been read by now.
        func hadItsTime() { hadTime.store(true, ordering: .relaxed) }

        /// Its first bytes may be on the way to us still.
        fileprivate var isNew: Bool {
            !hadTime.load(ordering: .relaxed) && activity.load(ordering: .relaxed) == entered
        }

        /// Bytes arrived.
        func stirred() { activity.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }

        fileprivate var stays: Bool { served.load(ordering: .relaxed) && !isLeft.load(ordering: .relaxed) }

        /// The smaller of two goes first.
        fileprivate func worth(at now: NIODeadline) -> (Int, UInt64) {
            let last = activity.load(ordering: .relaxed)
            if isLeft.load(ordering: .relaxed) { return (-1, last) }
            if answered.load(ordering: .relaxed) { return (2, last) }
            if last == entered { return (0, last) }
            return (now - .uptimeNanoseconds(last) < Self.pause ? 2 : 1, last)
        }

        /// Who sends his first request says something more often.
        private static let pause = TimeAmount.seconds(2)
    }

    private struct State {
        var seats: [ObjectIdentifier: Seat] = [:]
        var byAddress: [String: Int] = [:]
        /// Accepted, and not yet in, since their loops have other work.
        var coming: Set<ObjectIdentifier> = []

        mutating func remove(_ seat: Seat) {
            guard seats.removeValue(forKey: ObjectIdentifier(seat)) != nil else { return }
            let left = (byAddress[seat.address] ?? 1) - 1
            byAddress[seat.address] = left > 0 ? left : nil
        }

        /// The one that goes first of those that nobody answers.
        func quietest(_ address: String) -> Seat? {
            let now = NIODeadline.now()
            return seats.values.filter { $0.address == address && !$0.stays }
                .min { $0.worth(at: now) < $1.worth(at: now) }
        }

        /// How many may go that had time to say something.
        func quiet(_ address: String) -> Int {
            seats.values.reduce(0) { $0 + ($1.address == address && !$1.stays && !$1.isNew ? 1 : 0) }
        }

        /// The address with the most connections.
        var crowd: String? { byAddress.max { $0.value < $1.value }?.key }
    }

    private let most: Int
    private let mostPerAddress: Int
    private let log: Logger
    private let notice = Seldom()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - most: connections in all.
    ///   - mostPerAddress: connections from one address.
    init(most: Int, perAddress mostPerAddress: Int, log: Logger) {
        self.most = most
        self.mostPerAddress = mostPerAddress
        self.log = log
    }

    var count: Int { state.withLock { $0.seats.count } }

    /// A connection was accepted, which will ``enter(_:from:)``.
    func comes(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { _ = $0.coming.insert(id) }
        // It may end before it is in.
        channel.closeFuture.whenComplete { [self] _ in state.withLock { _ = $0.coming.remove(id) } }
    }

    /// Whether one more connection would close one that had no time yet to say anything, since many came at once.
    var isRushed: Bool {
        state.withLock { state in
            guard let crowd = state.crowd,
                state.seats.count + state.coming.count >= most
                    || (state.byAddress[crowd] ?? 0) + state.coming.count >= mostPerAddress
            else { return false }
            return state.coming.count >= state.quiet(crowd)
        }
    }

    /// Takes a connection in; `nil` when there is no place for it.
    func enter(_ channel: any Channel, from address: String) -> Seat? {
        let seat = Seat(channel, address)
        let (isIn, gone) = state.withLock { state -> (Bool, Seat?) in
            state.coming.remove(ObjectIdentifier(channel))
            var gone: Seat?
            if (state.byAddress[address] ?? 0) >= mostPerAddress {
                gone = state.quietest(address)
            } else if state.seats.count >= most {
                gone = state.crowd.flatMap(state.quietest)
            } else {
                state.seats[ObjectIdentifier(seat)] = seat
                state.byAddress[address, default: 0] += 1
                return (true, nil)
            }
            guard let gone else { return (false, nil) }
            state.remove(gone)
            state.seats[ObjectIdentifier(seat)] = seat
            state.byAddress[address, default: 0] += 1
            return (true, gone)
        }
        gone?.channel.close(promise: nil)
        if !isIn || gone != nil, let times = notice.now() {
            log.warning(
                "too many connections: \(isIn ? "silent ones are closed" : "new ones are refused")",
                metadata: [
                    "from": "\(address)", "open": "\(count)", "most": "\(most)", "mostPerAddress": "\(mostPerAddress)",
                    "times": "\(times)",
                ])
        }
        return isIn ? seat : nil
    }

    func leave(_ seat: Seat) { state.withLock { $0.remove(seat) } }

    /// The server has no descriptor left: one silent connection goes.
    func yieldOne() {
        let gone = state.withLock { state -> Seat? in
            let gone = state.crowd.flatMap(state.quietest)
            if let gone { state.remove(gone) }
            return gone
        }
        gone?.channel.close(promise: nil)
        guard let times = notice.now() else { return }
        log.error(
            "no connection can be accepted: the process has no descriptor left",
            metadata: ["open": "\(count)", "times": "\(times)"])
    }
}

/// Lets something be told once in a minute.
final class Seldom: Sendable {
    private let state = Mutex((told: NIODeadline?.none, since: 0))

    /// How often it was asked since it was last told, when it is time to tell; otherwise `nil`.
    func now() -> Int? {
        state.withLock { state in
            state.since += 1
            let now = NIODeadline.now()
            if let told = state.told, now - told < .minutes(1) { return nil }
            defer { state = (now, 0) }
            return state.since
        }
    }
}
