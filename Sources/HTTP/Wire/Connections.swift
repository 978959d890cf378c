internal import Logging
internal import NIOCore
internal import Synchronization

/// The open connections, or the open requests of all HTTP/2 connections. If there are too many, in total or from one
/// address, the longest silent one is closed, so that idle connections never keep a client out.
///
/// Connections are closed in this order: those whose clients closed their side, those that have sent nothing yet, those
/// that stopped before their first request was complete, and then the rest. A client that sends a request now and then
/// therefore keeps its connection during a flood. A connection whose request is being answered stays, unless its client
/// closed its side: most such clients are gone.
final class Connections: Sendable {
    /// One connection.
    final class Seat: Sendable {
        let channel: any Channel
        let address: String
        /// Whether a complete request has arrived and its answer is not yet written.
        private let served = Atomic<Bool>(false)
        private let answered = Atomic<Bool>(false)
        private let isHalfClosed = Atomic<Bool>(false)
        private let isPastGrace = Atomic<Bool>(false)
        private let activity: Atomic<UInt64>
        private let entered: UInt64

        fileprivate init(_ channel: any Channel, _ address: String) {
            self.channel = channel
            self.address = address
            entered = NIODeadline.now().uptimeNanoseconds
            activity = Atomic(entered)
        }

        func setServed(_ served: Bool) { self.served.store(served, ordering: .relaxed) }

        /// Records that the client sends nothing more.
        func closedByClient() { isHalfClosed.store(true, ordering: .relaxed) }

        /// Records that a complete answer was sent.
        func wasAnswered() {
            answered.store(true, ordering: .relaxed)
            noteActivity()
        }

        /// Records that bytes sent with the connection would have been read by now.
        func passGrace() { isPastGrace.store(true, ordering: .relaxed) }

        /// Whether the first bytes may still be on their way.
        fileprivate var isNew: Bool {
            !isPastGrace.load(ordering: .relaxed) && activity.load(ordering: .relaxed) == entered
        }

        /// Records that bytes arrived.
        func noteActivity() { activity.store(NIODeadline.now().uptimeNanoseconds, ordering: .relaxed) }

        fileprivate var stays: Bool { served.load(ordering: .relaxed) && !isHalfClosed.load(ordering: .relaxed) }

        /// The rank of the connection; the one with the lowest rank is closed first.
        fileprivate func rank(at now: NIODeadline) -> (Int, UInt64) {
            let last = activity.load(ordering: .relaxed)
            if isHalfClosed.load(ordering: .relaxed) { return (-1, last) }
            if answered.load(ordering: .relaxed) { return (2, last) }
            // Another event loop than the caller's may not have had the time to read its first bytes.
            if last == entered { return (isNew ? 1 : 0, last) }
            return (now - .uptimeNanoseconds(last) < Self.pause ? 2 : 1, last)
        }

        /// A client that is sending its first request pauses for less than this.
        private static let pause = TimeAmount.seconds(2)
    }

    private struct State {
        var seats: [ObjectIdentifier: Seat] = [:]
        var byAddress: [String: Int] = [:]
        /// Accepted connections that have not entered yet, since their event loops are busy.
        var pending: Set<ObjectIdentifier> = []

        mutating func remove(_ seat: Seat) {
            guard seats.removeValue(forKey: ObjectIdentifier(seat)) != nil else { return }
            let left = (byAddress[seat.address] ?? 1) - 1
            byAddress[seat.address] = left > 0 ? left : nil
        }

        /// The connection of an address to close first, among those without a request in progress.
        func firstToClose(_ address: String) -> Seat? {
            let now = NIODeadline.now()
            return seats.values.filter { $0.address == address && !$0.stays }
                .min { $0.rank(at: now) < $1.rank(at: now) }
        }

        /// Number of connections of an address that may be closed and have had time to send something.
        func closableCount(_ address: String) -> Int {
            seats.values.reduce(0) { $0 + ($1.address == address && !$1.stays && !$1.isNew ? 1 : 0) }
        }

        /// The address with the most connections.
        var busiestAddress: String? { byAddress.max { $0.value < $1.value }?.key }
    }

    private let most: Int
    private let mostPerAddress: Int
    private let kind: String
    private let log: Logger
    private let notice = OncePerMinute()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - most: maximum number of connections in total.
    ///   - mostPerAddress: maximum number of connections from one address.
    ///   - kind: what they are, for the log.
    init(most: Int, perAddress mostPerAddress: Int, of kind: String = "connections", log: Logger) {
        self.most = most
        self.mostPerAddress = mostPerAddress
        self.kind = kind
        self.log = log
    }

    var count: Int { state.withLock { $0.seats.count } }

    /// Records an accepted connection, which will call ``enter(_:from:)``.
    func accepted(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        state.withLock { _ = $0.pending.insert(id) }
        // The connection may end before it enters.
        channel.closeFuture.whenComplete { [self] _ in state.withLock { _ = $0.pending.remove(id) } }
    }

    /// Whether another connection would close one that has had no time to send anything, because many arrived at the
    /// same time.
    var isOverrun: Bool {
        state.withLock { state in
            guard let address = state.busiestAddress,
                state.seats.count + state.pending.count >= most
                    || (state.byAddress[address] ?? 0) + state.pending.count >= mostPerAddress
            else { return false }
            return state.pending.count >= state.closableCount(address)
        }
    }

    /// Admits a connection; `nil` if there is no place for it.
    func enter(_ channel: any Channel, from address: String) -> Seat? {
        let seat = Seat(channel, address)
        let (isAdmitted, evicted) = state.withLock { state -> (Bool, Seat?) in
            state.pending.remove(ObjectIdentifier(channel))
            var evicted: Seat?
            if (state.byAddress[address] ?? 0) >= mostPerAddress {
                evicted = state.firstToClose(address)
            } else if state.seats.count >= most {
                evicted = state.busiestAddress.flatMap(state.firstToClose)
            } else {
                state.seats[ObjectIdentifier(seat)] = seat
                state.byAddress[address, default: 0] += 1
                return (true, nil)
            }
            guard let evicted else { return (false, nil) }
            state.remove(evicted)
            state.seats[ObjectIdentifier(seat)] = seat
            state.byAddress[address, default: 0] += 1
            return (true, evicted)
        }
        evicted?.channel.close(promise: nil)
        if !isAdmitted || evicted != nil, let times = notice.now() {
            log.warning(
                "too many \(kind): \(isAdmitted ? "silent ones are closed" : "new ones are refused")",
                metadata: [
                    "from": "\(address)", "open": "\(count)", "most": "\(most)", "mostPerAddress": "\(mostPerAddress)",
                    "times": "\(times)",
                ])
        }
        return isAdmitted ? seat : nil
    }

    func leave(_ seat: Seat) { state.withLock { $0.remove(seat) } }

    /// Closes one silent connection, because the process has no file descriptor left.
    func closeOne() {
        let evicted = state.withLock { state -> Seat? in
            let evicted = state.busiestAddress.flatMap(state.firstToClose)
            if let evicted { state.remove(evicted) }
            return evicted
        }
        evicted?.channel.close(promise: nil)
        guard let times = notice.now() else { return }
        log.error(
            "no connection can be accepted: the process has no descriptor left",
            metadata: ["open": "\(count)", "times": "\(times)"])
    }
}

/// Limits a log message to once per minute.
final class OncePerMinute: Sendable {
    private let state = Mutex((logged: NIODeadline?.none, count: 0))

    /// The number of occurrences since the last message, if a message is due; otherwise `nil`.
    func now() -> Int? {
        state.withLock { state in
            state.count += 1
            let now = NIODeadline.now()
            if let logged = state.logged, now - logged < .minutes(1) { return nil }
            defer { state = (now, 0) }
            return state.count
        }
    }
}
