package import FoundationEssentials

/// A receiver of events by HTTP.
package struct Webhook: Sendable, Equatable, Codable {
    /// Why events do not arrive.
    package struct Failure: Sendable, Equatable, Codable {
        /// The first failure in a row.
        package var since: Date
        /// Failures in a row.
        package var attempts: Int64
        package var reason: String
        /// Whether the server has given up.
        package var isFinal: Bool

        package init(since: Date, attempts: Int64, reason: String, isFinal: Bool) {
            (self.since, self.attempts, self.reason, self.isFinal) = (since, attempts, reason, isFinal)
        }
    }

    package var name: String
    package var url: String
    /// The key of the signatures.
    package var key: [UInt8]
    package var filter: EventFilter
    package var created: Date
    /// The number of the last event that the receiver has, or that was not for it.
    package var last: Int64
    package var failure: Failure?
    /// Counts how often delivery was begun: a new webhook has 1, and each resumption is one more.
    package var run: Int64 = 1

    package init(name: String, url: String, key: [UInt8], filter: EventFilter, created: Date, last: Int64) {
        (self.name, self.url, self.key, self.filter) = (name, url, key, filter)
        (self.created, self.last) = (created, last)
    }

    /// The largest number of webhooks: each waits for events by itself.
    package static let most = 32

    /// Checks the address of a receiver: events pass an open network encrypted only.
    ///
    /// - Throws: `invalidValue` unless it is `https://…`, or `http://…` on this machine, without a user and a fragment,
    ///   and with a port from 1 to 65,535.
    package static func check(url text: String) throws(Refusal) {
        let url = text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? URL(string: text) : nil
        let isOpen = url?.scheme == "http" && ["127.0.0.1", "::1", "[::1]", "localhost"].contains(url?.host() ?? "")
        guard let url, url.scheme == "https" || isOpen, let host = url.host(), !host.isEmpty, url.user() == nil,
            url.password() == nil, url.fragment() == nil, (1...65_535).contains(url.port ?? 443),
            hasWholePort(text, url)
        else {
            throw Refusal(
                .invalidValue, .field("url"),
                "url is '\(text.shown)': must be an address with https://, or with http:// on this machine, without a "
                    + "user and a fragment, and with a port from 1 to 65535", value: text.shown)
        }
    }

    /// Whether a port that is written is one that was read: one that fits no number is read as none.
    private static func hasWholePort(_ text: String, _ url: URL) -> Bool {
        let authority = text.drop { $0 != "/" }.drop { $0 == "/" }.prefix { !"/?#".contains($0) }
        let hasPort = authority.drop { $0 != "]" }.contains(":") || !authority.contains("[") && authority.contains(":")
        return hasPort == (url.port != nil)
    }
}

/// A change of the webhooks.
package enum WebhookChange: Sendable, Equatable {
    case add(Webhook)
    case remove(String)
    /// Begins delivery again.
    case resume(String)
    /// The state of a delivery. It is ignored if the webhook was removed or resumed meanwhile.
    case progress(Webhook)
}
