internal import Model

/// The present rate of a transfer: over the last complete second, or over the time since then if no bytes arrive any
/// more.
struct TransferRate {
    private static let window = Duration.seconds(1)

    /// The byte count at the start of the present second, and the time of that start.
    private var mark: (bytes: Int64, time: Duration)?
    private var bytes: Int64 = 0
    private var last: Int64?

    /// - Parameter time: time since any fixed moment; never less than in an earlier call.
    mutating func reached(_ bytes: Int64, at time: Duration) {
        self.bytes = bytes
        guard let mark else {
            self.mark = (bytes, time)
            return
        }
        guard time - mark.time >= Self.window else { return }
        last = rate(since: mark, at: time)
        self.mark = (bytes, time)
    }

    /// `nil` during the first second.
    func bytesPerSecond(at time: Duration) -> Int64? {
        guard let mark, time - mark.time >= Self.window * 2 else { return last }
        return rate(since: mark, at: time)
    }

    private func rate(since mark: (bytes: Int64, time: Duration), at time: Duration) -> Int64 {
        // A transfer that starts again has fewer bytes than before.
        Int64(nearest: Double(max(bytes.minus(mark.bytes), 0)) / ((time - mark.time) / .seconds(1))) ?? 0
    }
}
