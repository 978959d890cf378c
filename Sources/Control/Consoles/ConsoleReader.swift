package import Model
internal import Synchronization

/// A reader of a console.
package final class ConsoleReader: Sendable {
    private let session: ConsoleSession
    private let pause: Duration
    private struct State {
        var position: ConsolePosition
        /// Whether bytes before the position are missing, which the reader does not know yet.
        var misses: Bool
        var isOpen = true
        var isStopped = false
    }

    private let state: Mutex<State>

    /// - Parameter misses: whether the session has not what the reader would begin with.
    init(_ session: ConsoleSession, _ position: ConsolePosition, misses: Bool, pause: Duration) {
        (self.session, self.pause) = (session, pause)
        state = Mutex(State(position: position, misses: misses))
    }

    deinit { close() }

    /// The position behind what was read, as text for ``ConsolePlace/init(_:)``.
    package var position: String { text(of: state.withLock(\.position)) }

    /// Whether the next piece is a gap, with which the reading begins.
    package var beginsWithGap: Bool { state.withLock(\.misses) }

    /// A position as text.
    package func text(of position: ConsolePosition) -> String { position.text(in: session.id) }

    /// What follows; waits for it. Empty after `patience`; `nil` at the end of the session.
    package func next(atMost limit: Int, within patience: Duration) async -> [ConsolePiece]? {
        var (position, misses, isStopped) = state.withLock { state in
            defer { state.misses = false }
            return (state.position, state.misses, state.isStopped)
        }
        if isStopped { return nil }
        if misses { return [ConsolePiece(.note(.gap(bytes: nil)), next: position)] }
        let found = await session.next(from: &position, atMost: limit, within: patience)
        return state.withLock { state in
            state.position = position
            return state.isStopped ? nil : found
        }
    }

    /// Ends the reading for ``next(atMost:within:)``, also while it waits.
    package func stop() {
        state.withLock { $0.isStopped = true }
        session.wake()
    }

    /// Ends the reading.
    package func close() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen { session.leave(after: pause) }
    }
}
