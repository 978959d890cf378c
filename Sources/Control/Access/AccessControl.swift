package import Model

/// Authentication and authorization of calls, for every face of the server.
package protocol AccessControl: Sendable {
    /// See ``Authenticator/caller(_:from:)``.
    func caller(_ evidence: Authenticator.Evidence, from origin: CallOrigin) async throws(Refusal) -> Caller

    /// Carries out a call if its caller may make it, within the caller's limits, and records it in the audit.
    ///
    /// - Parameters:
    ///   - operation: the id of the operation that the answer names.
    ///   - body: carries out the service.
    /// - Throws: `tooManyCalls`, the errors of ``Permits/check(_:on:for:by:)``; `storeFailed` if the audit cannot be
    ///   written, and nothing is changed then; the errors of the body.
    func carryOut<Answer: Sendable>(
        _ call: ServiceCall, by caller: Caller, operation: (Answer) -> String?,
        _ body: () async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer
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

    /// - Parameter bound: tokens of clients that cannot send one, by the addresses that they call from.
    package init(
        _ context: ControlContext, bound: [BoundToken] = [], limits: CallLimiter.Limits = CallLimiter.Limits()
    ) {
        authenticator = Authenticator(context, bound: bound)
        permits = Permits(context)
        audit = AuditBook(context)
        limiter = CallLimiter(limits)
    }

    package func caller(_ evidence: Authenticator.Evidence, from origin: CallOrigin) async throws(Refusal) -> Caller {
        try await authenticator.caller(evidence, from: origin)
    }

    package func carryOut<Answer: Sendable>(
        _ call: ServiceCall, by caller: Caller, operation: (Answer) -> String?,
        _ body: () async throws(Refusal) -> Answer
    ) async throws(Refusal) -> Answer {
        let seat = try await limiter.enter(caller)
        defer { seat.leave() }
        do throws(Refusal) {
            try await permits.check(call.needed, on: call.target, for: call.service, by: caller)
        } catch {
            // A program that waits until an object exists asks again and again.
            if call.changes || error.code == .notAllowed { await audit.refused(call, by: caller, error.code) }
            throw error
        }
        guard call.changes else { return try await body() }
        let begun = try await audit.begin(call, by: caller)
        do throws(Refusal) {
            let answer = try await body()
            await audit.end(call, by: caller, begun: begun, outcome: "SUCCESS", operation: operation(answer))
            return answer
        } catch {
            await audit.end(
                call, by: caller, begun: begun, outcome: error.code.rawValue, operation: error.operation)
            throw error
        }
    }
}
