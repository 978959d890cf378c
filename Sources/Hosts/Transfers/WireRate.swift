internal import Model

/// How fast a transfer's bytes leave, by the time that sending them took: a slow disk or a hole makes no link look slow.
struct WireRate: Sendable {
    /// Buffers on the way take what is sent first at once.
    private static let warmUp = Duration.milliseconds(250)
    private static let window = Duration.milliseconds(500)

    private var isWarm = false
    private var bytes = 0
    private var took = Duration.zero

    /// Notes a piece.
    ///
    /// - Parameter took: how long it was until the piece had been handed on, waiting for a shared bandwidth included.
    /// - Returns: bytes per second over the last half second of sending, when there is a new figure.
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
    /// Bytes per second as the log has them.
    var kilobytes: String { "\(Int64(nearest: self / 1000) ?? 0) kB/s" }
}
