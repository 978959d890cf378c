/// The audit: calls that changed something, or were refused.
public struct GetAudit: Service {
    public typealias Response = GetAuditResponse

    public var after: Int64 = 0
    public var limit: Int32 = 100

    public init() {}

    public static let access = Access<Self>(.admin, on: .server, changes: false)

    public static let schema = Schema<Self>(
        "The audit: each call that changed something, before and after it, and each call that was refused for its caller."
    ) {
        Field("after", \.after, "Number of the last line that the caller has.", .optional, .range(0...Int64.max))
        Field("limit", \.limit, "Maximum number of lines.", .optional, .range(1...10_000))
    }
}

/// The response of `getAudit`.
public struct GetAuditResponse: Message {
    public var result = "SUCCESS"
    public var line: [AuditLine] = []

    public init() {}

    public static let schema = Schema<Self>("The lines, oldest first.") {
        Field("result", \.result, "Always SUCCESS; every failure is a fault.")
        Field("line", \.line, "The lines.")
    }
}

/// A line of the audit.
public struct AuditLine: Message {
    public var number: Int64 = 0
    public var time: Instant?
    public var moment = ""
    public var service = ""
    public var user: String?
    public var token: String?
    public var address: String?
    public var object: [String] = []
    public var reason: String?
    public var operation: String?
    public var outcome: String?
    public var begun: Int64?
    public var entry = ""
    public var digest = ""

    public init() {}

    public static let schema = Schema<Self>("A line of the audit.") {
        Field("number", \.number, "Counts from 1, without gaps.")
        Field("time", \.time, "When it was written.")
        Field("moment", \.moment, "begun, before the change; ended, with its outcome; or refused.")
        Field("service", \.service, "The service.")
        Field("user", \.user, "The caller; left out if no credential was accepted.")
        Field("token", \.token, "Id of the caller's token.")
        Field("address", \.address, "The caller's address; left out for a Unix socket.")
        Field("object", \.object, "The objects that the request names.")
        Field("reason", \.reason, "The caller's own words.")
        Field("operation", \.operation, "Id of the operation.")
        Field("outcome", \.outcome, "SUCCESS, or the code of the fault; left out while the call runs.")
        Field("begun", \.begun, "Number of the line at the call's begin.")
        Field("entry", \.entry, "The line as it is stored: the text under the digest.")
        Field("digest", \.digest, "SHA-256 over the digest before it, a line end, the number, a line end, and entry.")
    }
}
