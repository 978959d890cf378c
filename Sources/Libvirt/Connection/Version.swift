/// A version in libvirt's format: `major * 1,000,000 + minor * 1,000 + release`.
public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// libvirt's number.
    public let number: UInt

    /// Takes libvirt's number.
    public init(number: UInt) {
        self.number = number
    }

    /// Makes a version from its parts.
    public init(_ major: UInt, _ minor: UInt, _ release: UInt = 0) {
        number = major * 1_000_000 + minor * 1_000 + release
    }

    public static func < (left: Version, right: Version) -> Bool {
        left.number < right.number
    }

    public var description: String { "\(number / 1_000_000).\(number / 1_000 % 1_000).\(number % 1_000)" }
}
