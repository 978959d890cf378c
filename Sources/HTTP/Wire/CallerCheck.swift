internal import Control
internal import HTTPTypes
internal import Hummingbird
internal import Model

/// Checks from time to time whether the caller of an answer that goes on may still read it, and holds a place among the
/// caller's calls meanwhile.
struct CallerCheck: Sendable {
    /// Finds the caller of a request by its credential.
    typealias Find = @Sendable () async throws(Refusal) -> Caller

    private let access: any AccessControl
    private let call: ServiceCall
    private let find: Find
    private let seat: CallLimiter.LastingSeat
    private var time = ContinuousClock.now
    private static let pause = Duration.seconds(10)

    /// - Throws: `tooManyCalls`.
    init(
        _ access: any AccessControl, _ call: ServiceCall, by caller: Caller, _ find: @escaping Find
    ) throws(Refusal) {
        seat = try access.stay(caller)
        (self.access, self.call, self.find) = (access, call, find)
    }

    /// - Returns: the caller with its present rights, if they were looked up; that is at most ten seconds after the last
    ///   time.
    /// - Throws: `notAuthenticated`, `notAllowed` and the like.
    @discardableResult
    mutating func pass() async throws(Refusal) -> Caller? {
        guard ContinuousClock.now - time > Self.pause else { return nil }
        let caller = try await find()
        try await access.check(call, by: caller)
        time = .now
        return caller
    }
}

extension Request {
    /// The value of a query's parameter.
    func query(_ name: String) -> String? { uri.queryParameters[name[...]].map { String($0) } }
}

extension HTTPField.Name {
    static let lastEventID = Self("Last-Event-ID") ?? .range
}
