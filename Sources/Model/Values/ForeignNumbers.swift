package import FoundationEssentials

// The only way in for numbers that a host, a file or a caller supplies. Swift ends the process when a number
// does not fit its type: no outsider may cause that. An impossible number is rejected or clamped to the nearest
// possible one; `scripts/check-foreign` looks for other ways in.

/// Plausible ranges of numbers that come from outside.
///
/// They are wide enough for any real host, and narrow enough that calculations with the numbers do not
/// overflow.
package enum Foreign {
    /// Memory and storage in bytes, at most 1 EiB.
    package static let bytes: ClosedRange<Int64> = 0...1 << 60
    /// Memory and storage in KiB, at most 1 EiB.
    package static let kibibytes: ClosedRange<Int64> = 0...1 << 50
    /// Largest packet of a network device, in bytes: the kernel stores it as an `int`.
    package static let mtu = 0...Int(Int32.max)
    /// Packets, processors and other things that are counted.
    package static let count = 0...1_000_000_000
    /// Times since 1970 and durations, in seconds: until the end of the year 9999.
    package static let seconds = 0...253_402_300_799.0
    /// TCP ports.
    package static let port = 1...65_535
    /// Identifiers of VXLAN networks (RFC 7348, section 5).
    package static let vni = 0...0xFF_FFFF
}

extension FixedWidthInteger {
    /// Reads a whole number: decimal digits, with a leading minus if it is negative.
    ///
    /// - Returns: `nil` for any other text and for numbers outside of `range`.
    package init?(told text: some StringProtocol, in range: ClosedRange<Self>) {
        guard text.utf8.first != UInt8(ascii: "+"), let number = Self(text), range.contains(number) else { return nil }
        self = number
    }

    /// The whole number nearest to `figure`, clamped to this type; `nil` if `figure` is not a number (NaN).
    package init?(nearest figure: Double) {
        guard !figure.isNaN else { return nil }
        // `Double` may be unable to represent the type's largest number, so only exact conversions are accepted
        // here.
        self = Self(exactly: figure.rounded()) ?? (figure < 0 ? .min : .max)
    }

    /// The sum, clamped to this type.
    package func plus(_ other: Self) -> Self {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, clamped to this type.
    package func minus(_ other: Self) -> Self {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }

    /// The product, clamped to this type.
    package func times(_ other: Self) -> Self {
        let (product, overflows) = multipliedReportingOverflow(by: other)
        return overflows ? ((self < 0) != (other < 0) ? .min : .max) : product
    }
}

extension Comparable {
    /// The value itself, or the nearer end of `range`.
    package func held(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}

extension Array {
    /// The element with a number from outside, counted from 1; `nil` if the array has no element of that
    /// number.
    package func numbered(_ number: Int) -> Element? {
        let index = number.minus(1)
        return indices.contains(index) ? self[index] : nil
    }
}

extension Double {
    /// Reads a number as C prints it.
    ///
    /// - Returns: `nil` for text that is not a number, for infinities, and for numbers outside of `range`.
    package init?(told text: some StringProtocol, in range: ClosedRange<Double>) {
        guard let number = Double(text), range.contains(number) else { return nil }
        self = number
    }
}

extension Date {
    /// A time that can be written down; `nil` if it does not lie between 1970 and the year 9999.
    ///
    /// - Parameter told: seconds since 1970.
    package init?(told seconds: Double) {
        guard Foreign.seconds.contains(seconds) else { return nil }
        self.init(timeIntervalSince1970: seconds)
    }
}
