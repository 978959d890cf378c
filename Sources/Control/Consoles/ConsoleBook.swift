internal import Model
internal import ServiceLifecycle
internal import Synchronization

/// The sessions of all consoles that are watched.
package final class ConsoleBook: Sendable {
    private let sessions = Mutex<[MachineID: ConsoleSession]>([:])

    package init() {}

    /// The session of a machine for one more user; a new one if there is none.
    ///
    /// - Parameters:
    ///   - id: the id of a new session.
    ///   - start: starts a new session's work.
    func session(of machine: MachineID, id: String, start: (ConsoleSession) -> Void) -> ConsoleSession {
        let (session, isNew) = sessions.withLock { sessions in
            if let known = sessions[machine], known.begin() { return (known, false) }
            let new = ConsoleSession(of: machine, id: id)
            _ = new.begin()
            sessions[machine] = new
            return (new, true)
        }
        if isNew { start(session) }
        return session
    }

    /// The session of a machine, if its console is watched.
    func session(of machine: MachineID) -> ConsoleSession? { sessions.withLock { $0[machine] } }

    func remove(_ session: ConsoleSession) {
        sessions.withLock { if $0[session.machine] === session { $0[session.machine] = nil } }
    }

    /// Number of consoles that are watched.
    package var count: Int { sessions.withLock { $0.count } }

    /// Opens the watched console of a machine that runs on a host now, or is about to.
    func noticed(_ machine: MachineID, _ change: MachineChange, on host: String) {
        guard [.started, .arriving, .resumed].contains(change) else { return }
        session(of: machine)?.ask(.open(host: host))
    }
}

extension ConsoleBook: Service {
    /// Ends all sessions at the server's end.
    package func run() async throws {
        try? await gracefulShutdown()
        for session in sessions.withLock({ Array($0.values) }) { session.end() }
    }
}
