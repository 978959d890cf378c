internal import Model
internal import Synchronization

/// The console of one machine while it has users: read once from its host, kept, and passed on to any number of readers.
/// It follows the machine to other hosts.
final class ConsoleSession: Sendable {
    /// A reason to look after the session.
    enum Errand: Sendable, Hashable {
        /// To open the console on this host; `nil` for the machine's present host, if no console is open.
        case open(host: String?)
        /// To end the session if it has had no user since.
        case endIfUnused(uses: Int)
    }

    /// One open console; during a migration there are two.
    struct Opened {
        var host: String
        /// `nil` while it is being opened.
        var link: (any ConsoleLink)?
    }

    struct Writer: Sendable {
        var user: String
        /// Tells one program of the user from another.
        var key: String
        /// Number of its last message.
        var sequence: Int64?
        var time: ContinuousClock.Instant
    }

    struct State {
        var history = ConsoleHistory()
        var users = 0
        /// Counts the uses.
        var uses = 0
        var count = 0
        /// By their numbers, in the order of their opening.
        var opened: [Int: Opened] = [:]
        /// The console whose bytes are shown, with its host; the host stays when the console has ended.
        var shown: (number: Int, host: String)?
        var lastReason: String?
        var writer: Writer?
        /// Errands to open the console that have not begun.
        var waiting: Set<Errand> = []
        /// Failed attempts to open the console in a row.
        var failures = 0
        /// Bytes of a console that was opened later, while the one that is shown may still report older ones.
        var held: (number: Int, bytes: [UInt8])?
        /// The last message, which later ones wait for.
        var sending: Task<Result<Void, Refusal>, Never>?
        /// Whether the first attempt to open a console has not ended.
        var isEarly = true
        var isOver = false

        /// Shows the bytes of a console from here on.
        ///
        /// - Parameter misses: whether the machine may have written something in between.
        mutating func show(_ number: Int, misses: Bool) {
            guard let host = opened[number]?.host else { return }
            defer { shown = (number, host) }
            guard let shown else { return history.append(.opened(host: host)) }
            if misses { history.append(.gap(bytes: nil)) }
            history.append(shown.host == host ? .opened(host: host) : .moved(from: shown.host, to: host))
        }

        /// Shows the bytes that were held.
        mutating func release() {
            guard let (number, bytes) = held else { return }
            held = nil
            show(number, misses: false)
            history.append(bytes)
        }

        /// Whether the console that is shown is open.
        var isShowing: Bool { shown.map { opened[$0.number] != nil } ?? false }
    }

    let id: String
    let machine: MachineID
    let state = Mutex(State())
    private let news = News()
    let errands: AsyncStream<Errand>
    private let errand: AsyncStream<Errand>.Continuation

    init(of machine: MachineID, id: String) {
        (self.machine, self.id) = (machine, id)
        (errands, errand) = AsyncStream.makeStream()
    }

    /// Asks for an errand. One that waits already is not repeated, so that their number stays small.
    func ask(_ errand: Errand) {
        let isNew = state.withLock { state in
            if case .open = errand { state.waiting.insert(errand).inserted } else { true }
        }
        if isNew { self.errand.yield(errand) }
    }

    /// Records that an errand begins.
    func begins(_ errand: Errand) { _ = state.withLock { $0.waiting.remove(errand) } }

    /// Asks for another attempt to open the console, after 2 s at first, and up to 30 s later. Starts of the machine are
    /// noticed earlier.
    func tryAgain() {
        let pause = state.withLock { state -> Duration? in
            guard state.waiting.insert(.open(host: nil)).inserted else { return nil }
            state.failures += 1
            return .seconds(min(30, 2 * state.failures))
        }
        guard let pause else { return }
        let errand = errand
        Task {
            try? await Task.sleep(for: pause)
            errand.yield(.open(host: nil))
        }
    }

    // MARK: - Users

    /// Begins a use of the session; `false` if it has ended.
    func begin() -> Bool {
        state.withLock { state in
            guard !state.isOver else { return false }
            state.users += 1
            state.uses += 1
            return true
        }
    }

    /// Ends a use. The session goes on for a while, so that readers can come back.
    func leave(after pause: Duration) {
        let uses = state.withLock { state in
            state.users -= 1
            return state.users == 0 ? state.uses : nil
        }
        guard let uses else { return }
        let errand = errand
        Task {
            try? await Task.sleep(for: pause)
            errand.yield(.endIfUnused(uses: uses))
        }
    }

    /// Ends the session if it has had no user since `uses`.
    ///
    /// - Returns: whether it has ended.
    func end(ifUnusedSince uses: Int) -> Bool {
        state.withLock { state in
            guard state.users == 0, state.uses == uses else { return false }
            state.isOver = true
            return true
        }
    }

    /// Ends the session for all its users.
    func end() {
        change { $0.isOver = true }
        errand.finish()
    }

    /// Wakes all readers that wait.
    func wake() { news.came() }

    func position(_ place: ConsolePlace) -> ConsolePosition {
        state.withLock { $0.history.position(place, in: id) }
    }

    /// What follows a position; waits for it. Empty after `patience`; `nil` at the session's end.
    func next(
        from position: inout ConsolePosition, atMost limit: Int, within patience: Duration
    ) async -> [ConsolePiece]? {
        var found = read(from: &position, limit)
        if found.isEmpty {
            let known = position
            await news.wait(atMost: patience) { state.withLock { $0.isOver || $0.history.isBehind(known) } }
            found = read(from: &position, limit)
        }
        return found.isEmpty && state.withLock(\.isOver) ? nil : found
    }

    private func read(from position: inout ConsolePosition, _ limit: Int) -> [ConsolePiece] {
        var next = position
        defer { position = next }
        return state.withLock { $0.history.read(from: &next, atMost: limit) }
    }

    // MARK: - Consoles of hosts

    /// Whether a console is open, or being opened, on a host; `nil` for any host.
    func isOpen(on host: String?) -> Bool {
        state.withLock { state in state.opened.values.contains { host == nil || $0.host == host } }
    }

    /// Records that a console is being opened.
    ///
    /// - Returns: its number for ``take(_:of:)``.
    func opening(on host: String) -> Int {
        state.withLock { state in
            state.count += 1
            state.opened[state.count] = Opened(host: host)
            return state.count
        }
    }

    /// Records that a console is open.
    ///
    /// - Returns: whether it is still wanted: it may have ended meanwhile.
    func didOpen(_ number: Int, _ link: any ConsoleLink) -> Bool {
        change { state in
            guard state.opened[number] != nil, !state.isOver else { return false }
            state.opened[number]?.link = link
            (state.lastReason, state.failures) = (nil, 0)
            if !state.isShowing { state.show(number, misses: true) }
            return true
        }
    }

    /// Records that a console could not be opened.
    func didNotOpen(_ number: Int, _ reason: String) {
        change { state in
            guard let failed = state.opened.removeValue(forKey: number), state.opened.isEmpty else { return }
            guard state.lastReason != reason else { return }
            state.lastReason = reason
            state.history.append(.closed(host: failed.host, reason: reason))
        }
    }

    /// Receives what a console reports.
    func take(_ signal: ConsoleSignal, of number: Int) {
        switch signal {
        case .bytes(let bytes):
            change { state in
                guard state.opened[number] != nil else { return }
                let shown = state.shown?.number ?? 0
                // Late bytes of the console before a migration, which were not awaited any more.
                if number < shown { return state.history.append(.gap(bytes: Int64(clamping: bytes.count))) }
                // The machine runs where it writes: a console that was opened later is the one behind a migration. The other
                // one may still report what the machine wrote before.
                guard number > shown, state.isShowing else {
                    if number > shown { state.show(number, misses: true) }
                    return state.history.append(bytes)
                }
                let isFirst = state.held?.number != number
                if isFirst { state.release() }
                state.held = (number, (state.held?.bytes ?? []) + bytes)
                if state.held?.bytes.count ?? 0 > Self.mostHeld { state.release() }
                if isFirst { releaseLater() }
            }
        case .ended:
            let isLast = change { state in
                guard let ended = state.opened.removeValue(forKey: number) else { return false }
                guard state.shown?.number == number else { return state.opened.isEmpty }
                state.release()
                if state.isShowing { return false }
                if let next = state.opened.filter({ $0.value.link != nil }).keys.max() {
                    state.show(next, misses: false)
                } else {
                    state.history.append(
                        .closed(host: ended.host, reason: "the machine was stopped or moved, or its host was lost"))
                }
                return state.opened.isEmpty
            }
            if isLast { ask(.open(host: nil)) }
        }
    }

    /// The bytes that are held, at most, and for how long.
    private static let mostHeld = 64 << 10
    private static let holding = Duration.seconds(2)

    private func releaseLater() {
        Task { [weak self] in
            try? await Task.sleep(for: Self.holding)
            self?.change { $0.release() }
        }
    }

    /// Waits until the first attempt to open the console has ended.
    func awaitOpening(atMost patience: Duration) async {
        let end = ContinuousClock.now + patience
        while state.withLock({ $0.isEarly && !$0.isOver }), ContinuousClock.now < end, !Task.isCancelled {
            await news.wait(atMost: ContinuousClock.now.duration(to: end)) {
                state.withLock { !$0.isEarly || $0.isOver } || Task.isCancelled
            }
        }
    }

    /// Records that the first attempt to open the console has ended.
    func firstAttemptEnded() { change { $0.isEarly = false } }

    /// The open consoles, which are forgotten.
    func takeLinks() -> [any ConsoleLink] {
        state.withLock { state in
            defer { state.opened = [:] }
            return state.opened.values.compactMap(\.link)
        }
    }

    @discardableResult
    func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
        defer { news.came() }
        return state.withLock { body(&$0) }
    }
}
