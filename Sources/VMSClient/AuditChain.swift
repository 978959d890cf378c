internal import Crypto
internal import FoundationEssentials
public import VMSAPI

/// Checks lines of a server's audit: each has a digest over the line before it, so that a line that was changed,
/// removed or inserted shows.
public struct AuditChain: Sendable {
    /// The digest of the last line that was checked, for the next lines.
    public private(set) var digest: String?
    /// The number of the last line that was checked.
    public private(set) var number: Int64

    /// - Parameters:
    ///   - number: number of the line before the first one to check; 0 for the audit's beginning.
    ///   - digest: its digest; `nil` at the beginning.
    public init(after number: Int64 = 0, digest: String? = nil) { (self.number, self.digest) = (number, digest) }

    /// A line that does not follow the one before it.
    public struct Broken: Error, Sendable, Equatable, CustomStringConvertible {
        /// The number of the line.
        public let number: Int64
        public let description: String
    }

    /// Checks the next line.
    ///
    /// - Throws: ``Broken``.
    public mutating func check(_ line: AuditLine) throws(Broken) {
        guard number < .max, line.number == number + 1 else {
            throw Broken(
                number: line.number, description: "line \(line.number) follows line \(number): lines are missing")
        }
        let text = "\(digest ?? "")\n\(line.number)\n\(line.entry)"
        guard Hexadecimal.text(SHA256.hash(data: Data(text.utf8))) == line.digest else {
            throw Broken(
                number: line.number, description: "line \(line.number) was changed, or a line before it was")
        }
        guard let entry = try? JSONDecoder().decode(Entry.self, from: Data(line.entry.utf8)), entry.agrees(with: line)
        else {
            throw Broken(
                number: line.number, description: "line \(line.number) was changed: its fields differ from its entry")
        }
        (number, digest) = (line.number, line.digest)
    }

    /// The entry as the server stores it: the digests cover its text, and the line repeats it in fields.
    private struct Entry: Decodable {
        struct Token: Decodable { var text: String }

        /// Seconds since 1970.
        var time: Double
        var moment: String
        var service: String
        var user: String?
        var token: Token?
        var address: String?
        var objects: [String]
        var reason: String?
        var operation: String?
        var outcome: String?
        var begun: Int64?

        func agrees(with line: AuditLine) -> Bool {
            guard let shown = line.time?.timeIntervalSince1970, abs(shown - time) < 1 else { return false }
            let own = [moment, service, user, token?.text, address, reason, operation, outcome, begun.map { "\($0)" }]
            let others = [
                line.moment, line.service, line.user, line.token, line.address, line.reason, line.operation,
                line.outcome, line.begun.map { "\($0)" },
            ]
            return own == others && objects == line.object
        }
    }
}
