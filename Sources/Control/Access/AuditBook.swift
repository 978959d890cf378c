internal import FoundationEssentials
internal import Logging
internal import Model

/// Writes the audit.
struct AuditBook: Sendable {
    private let with: ControlContext

    init(_ context: ControlContext) { with = context }

    /// Records a call that will change something.
    ///
    /// - Returns: the number of the entry.
    /// - Throws: `storeFailed`: then nothing is changed.
    func begin(_ call: ServiceCall, by caller: Caller) async throws(Refusal) -> Int64 {
        try await with.store.audit(entry(.begun, call, caller))
    }

    /// Records the result of a call. A failure is logged, since the change has happened.
    func end(
        _ call: ServiceCall, by caller: Caller, begun: Int64, outcome: String, operation: String?
    ) async {
        var entry = entry(.ended, call, caller)
        (entry.begun, entry.outcome, entry.operation) = (begun, outcome, operation)
        await append(entry)
    }

    func refused(_ call: ServiceCall, by caller: Caller, _ code: Refusal.Code) async {
        var entry = entry(.refused, call, caller)
        entry.outcome = code.rawValue
        await append(entry)
    }

    private func append(_ entry: AuditEntry) async {
        do throws(Refusal) {
            _ = try await with.store.audit(entry)
        } catch {
            with.log.error(
                "the audit lacks an entry",
                metadata: ["service": "\(entry.service)", "user": "\(entry.user ?? "")", "why": "\(error.reason)"])
        }
    }

    private func entry(_ moment: AuditEntry.Moment, _ call: ServiceCall, _ caller: Caller) -> AuditEntry {
        var token: TokenID?
        if case .token(let id) = caller.credential { token = id }
        return AuditEntry(
            time: with.now(), moment: moment, service: call.service, user: caller.rights.principal.name, token: token,
            address: caller.address.map { "\($0)" }, objects: call.objects,
            reason: call.reason.map { $0.shown(1024) })
    }
}
