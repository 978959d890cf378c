import Synchronization

/// One blocking call and the task that waits for it. The first of these events settles it: the end of the call, the
/// deadline, or the task's cancellation while the call has not begun.
///
/// A call that has begun cannot be interrupted: libvirt has no means for it. After the deadline the call keeps its
/// thread, and its result is dropped.
final class Call<Value: Sendable>: Lane.Work {
    typealias Outcome = Result<Value, LibvirtError>
    typealias Body = @Sendable () throws(LibvirtError) -> Value

    private enum Phase {
        case made
        /// The call ended before a task waited for it.
        case refused(LibvirtError)
        case waiting(CheckedContinuation<Outcome, Never>)
        case running(CheckedContinuation<Outcome, Never>)
        /// The caller left while the call still runs.
        case abandoned
        case settled
    }

    private let name: String
    private let lane: Lane
    private let subject: String?
    /// Removed when it runs or when the caller leaves: its captures, such as a connection's handle, must not live as
    /// long as the thread that runs it.
    private let body: Mutex<Body?>
    private let phase = Mutex(Phase.made)

    private init(_ name: String, in lane: Lane, about subject: String?, _ body: @escaping Body) {
        self.name = name
        self.lane = lane
        self.subject = subject
        self.body = Mutex(body)
    }

    /// Runs `body` on a blocking thread of `lane`, for at most `deadline` including the wait for its turn.
    /// - Parameter subject: the object of the call, such as a domain.
    /// - Throws: what `body` throws; `.operationTimeout`; `.operationAborted` when the task is cancelled before the
    ///   call began.
    static func run(
        _ name: String, in lane: Lane, deadline: Duration?, about subject: String? = nil, _ body: @escaping Body
    ) async throws(LibvirtError) -> Value {
        let call = Call(name, in: lane, about: subject, body)
        let ticket: Deadlines.Ticket?
        if let deadline {
            ticket = try Deadlines.shared.add(after: deadline) { call.expire(deadline) }
        } else {
            ticket = nil
        }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { call.begin($0) }
        } onCancel: {
            call.cancel()
        }
        if let ticket { Deadlines.shared.remove(ticket) }
        return try outcome.get()
    }

    private func begin(_ continuation: CheckedContinuation<Outcome, Never>) {
        let refused = phase.withLock { phase -> LibvirtError? in
            if case .refused(let error) = phase { return error }
            phase = .waiting(continuation)
            return nil
        }
        if let refused { return continuation.resume(returning: .failure(refused)) }
        lane.submit(self)
    }

    func run() {
        let runs = phase.withLock { phase in
            guard case .waiting(let continuation) = phase else { return false }
            phase = .running(continuation)
            return true
        }
        guard runs else { return }
        guard let outcome = outcome() else { return }
        let waiting = phase.withLock { phase -> CheckedContinuation<Outcome, Never>? in
            guard case .running(let continuation) = phase else { return nil }
            phase = .settled
            return continuation
        }
        guard let waiting else { return lane.countStuck(by: -1, about: subject) }
        waiting.resume(returning: outcome)
    }

    /// Returns the result of the body, and removes it.
    private func outcome() -> Outcome? {
        guard let body = takeBody() else { return nil }
        return Outcome(catching: body)
    }

    private func takeBody() -> Body? {
        body.withLock { body in
            defer { body = nil }
            return body
        }
    }

    func refuse(_ error: LibvirtError) {
        settleUnlessRunning(error)
    }

    private func cancel() {
        if settleUnlessRunning(aborted) { lane.withdraw(self) }
    }

    private func expire(_ deadline: Duration) {
        let error = LibvirtError(.operationTimeout, "no answer within \(deadline)", call: name)
        if settleUnlessRunning(error) { return lane.withdraw(self) }
        let waiting = phase.withLock { phase -> CheckedContinuation<Outcome, Never>? in
            guard case .running(let continuation) = phase else { return nil }
            phase = .abandoned
            // Set before the call can count itself as returned.
            lane.countStuck(by: 1, about: subject)
            return continuation
        }
        waiting?.resume(returning: .failure(error))
    }

    /// Ends a call that has not begun. False if it has begun, or is settled.
    @discardableResult
    private func settleUnlessRunning(_ error: LibvirtError) -> Bool {
        let (ends, waiting) = phase.withLock { phase -> (Bool, CheckedContinuation<Outcome, Never>?) in
            switch phase {
            case .made:
                phase = .refused(error)
                return (true, nil)
            case .waiting(let continuation):
                phase = .settled
                return (true, continuation)
            case .running, .abandoned, .settled, .refused:
                return (false, nil)
            }
        }
        if ends { _ = takeBody() }
        waiting?.resume(returning: .failure(error))
        return ends
    }

    private var aborted: LibvirtError {
        LibvirtError(.operationAborted, "the task was cancelled before the call began", call: name)
    }
}
