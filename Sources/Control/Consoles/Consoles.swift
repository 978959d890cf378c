internal import FoundationEssentials
internal import Logging
package import Model

/// Consoles of machines: to read, to follow, and to type on.
package struct Consoles: Sendable {
    /// What a console showed behind a position.
    package struct Excerpt: Sendable {
        package var pieces: [ConsolePiece]
        /// The position behind it, as text.
        package var next: String
        /// Whether one of the awaited texts is in it.
        package var isFound: Bool
    }

    private let with: ControlContext
    /// How long a session goes on without users.
    private let pause: Duration

    package init(_ context: ControlContext, pause: Duration = .seconds(60)) { (with, self.pause) = (context, pause) }

    /// The same for one caller.
    package func acting(for caller: Caller) -> Consoles { Consoles(with.acting(for: caller), pause: pause) }

    /// The bytes of one answer.
    private static let most = 32 << 10
    /// More bytes than an awaited text has, with the sequences between its characters.
    private static let overlap = 4096

    /// Follows a console.
    ///
    /// - Throws: see ``ControlContext/machine(named:)``.
    package func reader(of machine: String, from place: ConsolePlace) async throws(Refusal) -> ConsoleReader {
        let session = session(of: try await with.machine(named: machine))
        let position = session.position(place)
        let misses =
            switch place {
            case .start, .end: false
            case .offset(let offset): offset > position.offset
            case .position(_, let other): other != session.id
            }
        return ConsoleReader(session, position, misses: misses, pause: pause)
    }

    /// What a console shows behind a place: at once what is there, otherwise what comes within `patience`. With texts,
    /// everything until one of them appears.
    ///
    /// - Throws: as ``reader(of:from:)``.
    package func read(
        _ machine: String, from place: ConsolePlace, within patience: Duration, until texts: [[UInt8]]
    ) async throws(Refusal) -> Excerpt {
        let reader = try await reader(of: machine, from: place)
        defer { reader.close() }
        let end = ContinuousClock.now + patience
        var pieces: [ConsolePiece] = []
        var bytes: [UInt8] = []
        while bytes.count < Self.most {
            let rest = max(ContinuousClock.now.duration(to: end), .zero)
            guard let more = await reader.next(atMost: Self.most - bytes.count, within: rest), !more.isEmpty else {
                break
            }
            pieces += more
            bytes.append(contentsOf: more.flatMap(\.bytes))
            // As it is shown, in what came last, with the end of what came before.
            let new = more.reduce(0) { $0 + $1.bytes.count }
            let shown = Array(ConsoleText(bytes.suffix(new + Self.overlap)).text.utf8)
            let isFound = texts.contains { shown.firstRange(of: $0) != nil }
            if isFound || texts.isEmpty && !bytes.isEmpty {
                return Excerpt(pieces: pieces, next: reader.position, isFound: isFound)
            }
        }
        return Excerpt(pieces: pieces, next: reader.position, isFound: false)
    }

    /// Types on a console.
    ///
    /// - Parameters:
    ///   - key: tells one program of the user from another.
    ///   - sequence: number of the message among those of the program; a number that was sent already is ignored.
    ///   - takesOver: whether another program that types loses the console.
    /// - Throws: as ``reader(of:from:)``; `machineBusy` while another program types; `machineNotRunning` if the
    ///   console is not open, or the machine is paused; `hostUnreachable`, `timedOut`.
    package func send(
        _ bytes: [UInt8], to machine: String, as user: String, key: String, sequence: Int64?, takesOver: Bool
    ) async throws(Refusal) {
        // The host's daemon would wait for a guest that does not read, and with it the consoles of other machines.
        let record = try await with.machine(named: machine)
        if await with.watch.isPaused(record.id, on: record.host) {
            throw Refusal(.machineNotRunning, "the machine is paused: resume it first", machine: machine)
        }
        let session = session(of: record)
        defer { session.leave(after: pause) }
        await session.awaitOpening(atMost: .seconds(10))
        do throws(Refusal) {
            try await session.send(bytes, as: user, key: key, sequence: sequence, takesOver: takesOver)
        } catch {
            throw error.at(machine: machine)
        }
    }

    /// Whether a message would change who types on a console, which the audit records.
    package func changesWriter(_ name: String, _ user: String, _ key: String) async -> Bool {
        guard let machine = try? await with.machine(named: name) else { return true }
        return with.consoles.session(of: machine.id)?.changesWriter(user, key) ?? true
    }

    private func session(of machine: Machine) -> ConsoleSession {
        with.consoles.session(of: machine.id, id: String(with.newID().prefix(8))) { session in
            let keeper = ConsoleKeeper(session, with)
            // It outlasts the call that began it.
            Caller.$current.withValue(nil) { _ = Task { await keeper.run() } }
        }
    }
}
