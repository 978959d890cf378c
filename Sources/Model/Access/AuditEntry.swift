package import FoundationEssentials

/// One line of the audit: a call that changes something, or one that was refused for its caller.
///
/// A call that changes something has two: one before the change, which is durable before any host is touched, and one
/// with the result. So a crash hides no attempt.
package struct AuditEntry: Sendable, Equatable, Codable {
    package enum Moment: String, Sendable, Codable {
        case begun, ended
        /// Refused before the service was carried out.
        case refused
    }

    package var time: Date
    package var moment: Moment
    package var service: String
    /// The caller's name; `nil` if no credential was accepted.
    package var user: String?
    package var token: TokenID?
    /// The caller's address; `nil` for a Unix socket.
    package var address: String?
    /// What the call is about, in words such as `network paper`.
    package var objects: [String]
    /// The caller's own words.
    package var reason: String?
    package var operation: String?
    /// `SUCCESS`, or the code of the fault; `nil` while the call runs.
    package var outcome: String?
    /// The number of the entry at the call's begin.
    package var begun: Int64?

    package init(
        time: Date, moment: Moment, service: String, user: String?, token: TokenID?, address: String?,
        objects: [String], reason: String?
    ) {
        (self.time, self.moment, self.service, self.user) = (time, moment, service, user)
        (self.token, self.address, self.objects, self.reason) = (token, address, objects, reason)
    }
}

/// An entry in its place in the chain.
package struct AuditLine: Sendable, Equatable {
    /// Counts from 1, without gaps.
    package var number: Int64
    /// The text whose digest is chained: the entry as JSON, exactly as stored.
    package var text: String
    package var entry: AuditEntry
    /// SHA-256 over the previous line's digest and this line's number and text. A line that is changed, removed or
    /// inserted therefore shows in every later digest.
    package var digest: Digest

    package init(number: Int64, text: String, entry: AuditEntry, digest: Digest) {
        (self.number, self.text, self.entry, self.digest) = (number, text, entry, digest)
    }

    /// The text over which a line's digest is computed.
    package static func chained(after previous: Digest?, number: Int64, text: String) -> String {
        "\(previous?.text ?? "")\n\(number)\n\(text)"
    }
}
