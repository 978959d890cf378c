internal import Model

/// Measures the rate of a transfer by the time spent on sending, so that a slow disk or a hole does not make the link
/// look slow.
struct WireRate: Sendable {
    /// Buffers on the way accept the first bytes immediately.
    private static let warmUp = Duration.milliseconds(250)
    private static let window = Duration.milliseconds(500)

    private var isWarm = false
    private var bytes = 0
    private var took = Duration.zero

    /// Adds a piece.
    ///
    /// - Parameter took: the time until the piece was passed on, including the wait for a shared bandwidth.
    /// - Returns: the bytes per second over the last half second of sending, if there is a new value.
    mutating func sent(_ piece: Int, took time: Duration) -> Double? {
        bytes = bytes.plus(piece)
        took += time
        guard took >= (isWarm ? Self.window : Self.warmUp) else { return nil }
        let rate = isWarm ? Double(bytes) / (took / .seconds(1)) : nil
        (isWarm, bytes, took) = (true, 0, .zero)
        return rate
    }
}

extension Double {
    /// The format of a rate in bytes per second for the log.
    var kilobytes: String { "\(Int64(nearest: self / 1000) ?? 0) kB/s" }
}
