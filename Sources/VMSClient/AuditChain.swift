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
        (number, digest) = (line.number, line.digest)
    }
}
