internal import Model
internal import Synchronization

/// Typing: one program at a time, one message after the other.
extension ConsoleSession {
    /// How long a writer keeps the console after its last message.
    private static let writerKeeps = Duration.seconds(60)

    /// Whether a message would change who types on the console.
    func changesWriter(_ user: String, _ key: String) -> Bool {
        state.withLock { state in state.writer.map { $0.user != user || $0.key != key } ?? true }
    }

    /// Sends bytes to the machine, one message after the other. A message whose number is not above that of the last one
    /// of its writer that was sent is not sent again.
    ///
    /// - Throws: `machineBusy` while another program types, unless this one takes the console over;
    ///   `machineNotRunning` if no console is open; the errors of ``ConsoleLink/send(_:)``.
    func send(
        _ bytes: [UInt8], as user: String, key: String, sequence: Int64?, takesOver: Bool
    ) async throws(Refusal) {
        let task = state.withLock { state in
            let before = state.sending
            let task = Task { () async -> Result<Void, Refusal> in
                _ = await before?.value
                do throws(Refusal) {
                    guard let link = try self.admit(user, key, sequence, takesOver) else { return .success(()) }
                    do throws(Refusal) { try await link.send(bytes) } catch {
                        // It may have been sent: a repetition would be typed twice.
                        if error.code == .timedOut { self.sent(key, sequence) }
                        throw error
                    }
                    self.sent(key, sequence)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            state.sending = task
            return task
        }
        try await task.value.get()
    }

    private func sent(_ key: String, _ sequence: Int64?) {
        state.withLock { state in
            guard var writer = state.writer, writer.key == key, let sequence else { return }
            writer.sequence = max(writer.sequence ?? sequence, sequence)
            state.writer = writer
        }
    }

    /// - Returns: `nil` for a message that was sent already.
    private func admit(
        _ user: String, _ key: String, _ sequence: Int64?, _ takesOver: Bool
    ) throws(Refusal) -> (any ConsoleLink)? {
        let now = ContinuousClock.now
        let result: Result<(any ConsoleLink)?, Refusal> = change { state in
            let isSame = state.writer.map { $0.user == user && $0.key == key } ?? false
            if let writer = state.writer, !isSame, !takesOver, now - writer.time < Self.writerKeeps {
                return .failure(
                    Refusal(.machineBusy, "'\(writer.user)' types on the console: take it over, or wait a minute"))
            }
            if isSame, let sequence, let last = state.writer?.sequence, sequence <= last { return .success(nil) }
            guard let link = state.shown.flatMap({ state.opened[$0.number]?.link }) else {
                let why = state.lastReason.map { ": \($0)" } ?? ""
                return .failure(Refusal(.machineNotRunning, "the console is not open\(why)"))
            }
            if !isSame { state.history.append(.writer(user)) }
            let last = isSame ? state.writer?.sequence : nil
            state.writer = Writer(user: user, key: key, sequence: last, time: now)
            return .success(link)
        }
        return try result.get()
    }
}
