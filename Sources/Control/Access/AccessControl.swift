package import Model

/// Authentication and authorization of calls, for every face of the server.
package protocol AccessControl: Sendable {
    /// See ``Authenticator/caller(_:from:)``.
    func caller(_ evidence: Authenticator.Evidence, from origin: CallOrigin) async throws(Refusal) -> Caller

    /// The sessions of browsers.
    var sessions: Sessions { get }

    /// Carries out a call if its caller may make it, within the caller's limits, and records it in the audit.
    ///
    /// - Parameters:
    ///   - result: the id of the operation that the answer names, and new objects in it, for the audit.
    ///   - body: carries out the service.
    /// - Throws: `tooManyCalls`, the errors of ``Permits/check(_:on:for:by:)``; `storeFailed` if the audit cannot be
    ///   written, and nothing is changed then; the errors of the body.
    func carryOut<Answer: Sendable>(
        _ call: ServiceCall, by caller: Caller, result: (Answer) -> (operation: String?, objects: [String]),
        _ body: () async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer

    /// Checks whether a caller may make a call whose answer goes on for long, and was begun by ``carryOut``.
    ///
    /// - Throws: the errors of ``Permits/check(_:on:for:by:)``.
    func check(_ call: ServiceCall, by caller: Caller) async throws(Refusal)

    /// A place within the caller's limits for an answer that goes on for long; it is free when the object is released.
    ///
    /// - Throws: `tooManyCalls`.
    func stay(_ caller: Caller) throws(Refusal) -> CallLimiter.LastingSeat
}

/// A call of a service, as the access control judges and the audit records it.
package struct ServiceCall: Sendable {
    package var service: String
    package var needed: Role
    package var target: Permits.Target
    /// Whether the service changes something.
    package var changes: Bool
    /// What the call is about, such as `networkName paper`.
    package var objects: [String]
    /// The caller's own words.
    package var reason: String?

    package init(
        _ service: String, needs needed: Role, on target: Permits.Target, changes: Bool, objects: [String] = [],
        reason: String? = nil
    ) {
        (self.service, self.needed, self.target, self.changes) = (service, needed, target, changes)
        (self.objects, self.reason) = (objects, reason)
    }
}

/// The access control of a server, by its records.
package struct RecordedAccess: AccessControl {
    private let authenticator: Authenticator
    private let permits: Permits
    private let audit: AuditBook
    private let limiter: CallLimiter
    /// Limits the lines of refused calls, which would fill the disk.
    private let refusals = FailureLimiter(most: 60)

    /// - Parameter bound: tokens of clients that cannot send one, by the addresses that they call from.
    package init(
        _ context: ControlContext, bound: [BoundToken] = [], limits: CallLimiter.Limits = CallLimiter.Limits()
    ) {
        authenticator = Authenticator(context, bound: bound)
        sessions = context.sessions
        permits = Permits(context)
        audit = AuditBook(context)
        limiter = CallLimiter(limits)
    }

    package let sessions: Sessions

    package func caller(_ evidence: Authenticator.Evidence, from origin: CallOrigin) async throws(Refusal) -> Caller {
        try await authenticator.caller(evidence, from: origin)
    }

    package func check(_ call: ServiceCall, by caller: Caller) async throws(Refusal) {
        try await permits.check(call.needed, on: call.target, for: call.service, by: caller)
    }

    package func stay(_ caller: Caller) throws(Refusal) -> CallLimiter.LastingSeat { try limiter.stay(caller) }

    package func carryOut<Answer: Sendable>(
        _ call: ServiceCall, by caller: Caller, result: (Answer) -> (operation: String?, objects: [String]),
        _ body: () async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        let seat = try await limiter.enter(caller)
        defer { seat.leave() }
        do throws(Refusal) {
            try await permits.check(call.needed, on: call.target, for: call.service, by: caller)
        } catch {
            // A program that waits until an object exists asks again and again.
            if call.changes || error.code == .notAllowed { await record(call, by: caller, error.code) }
            throw error
        }
        guard call.changes else {
            let begin = ContinuousClock.now
            let answer = try await carried(for: caller, body)
            // A call that waits for events may outlive its token.
            if ContinuousClock.now - begin > .milliseconds(10) { try await authenticator.checkAgain(caller) }
            return answer
        }
        let begun = try await audit.begin(call, by: caller)
        do throws(Refusal) {
            let answer = try await carried(for: caller, body)
            let result = result(answer)
            var call = call
            call.objects += result.objects
            await audit.end(call, by: caller, begun: begun, outcome: "SUCCESS", operation: result.operation)
            return answer
        } catch {
            await audit.end(
                call, by: caller, begun: begun, outcome: error.code.rawValue, operation: error.operation)
            throw error
        }
    }
}

extension RecordedAccess {
    private func carried<Answer: Sendable>(
        for caller: Caller, _ body: () async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        do throws(Refusal) {
            return try await Caller.$current.withValue(caller) { () async -> Result<Answer, Refusal> in
                do throws(Refusal) { return .success(try await body()) } catch { return .failure(error) }
            }.get()
        } catch {
            throw error.hidden(from: caller)
        }
    }

    private func record(_ call: ServiceCall, by caller: Caller, _ code: Refusal.Code) async {
        let key = [FailureLimiter.Key.user(caller.rights.principal.name)]
        guard !refusals.isBlocked(key) else { return }
        var call = call
        if refusals.failed(key) { call.reason = "further refusals of this minute are not recorded" }
        await audit.refused(call, by: caller, code)
    }
}

extension Refusal {
    /// The refusal without the objects of others that have a name or an address already.
    fileprivate func hidden(from caller: Caller) -> Refusal {
        guard !caller.rights.seesAll, [.addressTaken, .machineNameTaken, .networkNameTaken].contains(code),
            let subject, let value
        else { return self }
        return Refusal(code, subject, "\(subject) is '\(value)': it is taken", detail: detail, value: value)
    }
}
