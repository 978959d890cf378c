package import FoundationEssentials

// The one way in for numbers that a host, a file or a caller tells. Swift ends the process where a number does not fit:
// nobody outside may bring that about. What cannot be is left out or held to the nearest that can;
// `scripts/check-foreign` looks for other ways in.

/// How much is believed of a figure that comes from outside.
///
/// Wide enough for any real host, and narrow enough that what is reckoned with it fits.
package enum Foreign {
    /// Memory and storage in bytes, at most 1 EiB.
    package static let bytes: ClosedRange<Int64> = 0...1 << 60
    /// The same in KiB.
    package static let kibibytes: ClosedRange<Int64> = 0...1 << 50
    /// Largest packet of a network device, in bytes: the kernel has it as an `int`.
    package static let mtu = 0...Int(Int32.max)
    /// Packets, processors, and whatever else is counted one by one.
    package static let count = 0...1_000_000_000
    /// Times since 1970 and spans of time, in seconds: to the end of the year 9999.
    package static let seconds = 0...253_402_300_799.0
    /// TCP ports.
    package static let port = 1...65_535
    /// Identifiers of VXLAN networks (RFC 7348, section 5).
    package static let vni = 0...0xFF_FFFF
}

extension FixedWidthInteger {
    /// Reads a whole number: decimal digits, with a minus before them where it is negative.
    ///
    /// - Returns: `nil` for anything else, and for what lies outside of `range`.
    package init?(told text: some StringProtocol, in range: ClosedRange<Self>) {
        guard text.utf8.first != UInt8(ascii: "+"), let number = Self(text), range.contains(number) else { return nil }
        self = number
    }

    /// The whole number nearest to a figure, held to what fits; `nil` for what is no number.
    package init?(nearest figure: Double) {
        guard !figure.isNaN else { return nil }
        // The type's largest number may not be one of `Double`'s, so that only what it calls exact is taken as it is.
        self = Self(exactly: figure.rounded()) ?? (figure < 0 ? .min : .max)
    }

    /// The sum, held to what fits.
    package func plus(_ other: Self) -> Self {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, held to what fits.
    package func minus(_ other: Self) -> Self {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }

    /// The product, held to what fits.
    package func times(_ other: Self) -> Self {
        let (product, overflows) = multipliedReportingOverflow(by: other)
        return overflows ? ((self < 0) != (other < 0) ? .min : .max) : product
    }
}

extension Comparable {
    /// Itself, or the end of `range` that is nearer.
    package func held(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}

extension Array {
    /// The element that has a number told from outside, counted from 1; `nil` for any other number, also of no elements.
    package func numbered(_ number: Int) -> Element? {
        let index = number.minus(1)
        return indices.contains(index) ? self[index] : nil
    }
}

extension Double {
    /// Reads a number as C prints it.
    ///
    /// - Returns: `nil` for what is no number, for infinities, and for what lies outside of `range`.
    package init?(told text: some StringProtocol, in range: ClosedRange<Double>) {
        guard let number = Double(text), range.contains(number) else { return nil }
        self = number
    }
}

extension Date {
    /// A time that can be written down; `nil` for what is no time between 1970 and the year 9999.
    ///
    /// - Parameter told: seconds since 1970.
    package init?(told seconds: Double) {
        guard Foreign.seconds.contains(seconds) else { return nil }
        self.init(timeIntervalSince1970: seconds)
    }
}
