internal import Model

/// How fast something goes at present: over the last second that is complete, or since then when nothing comes any more.
struct TransferRate {
    private static let window = Duration.seconds(1)

    /// Where it was when a second began, and when that was.
    private var mark: (bytes: Int64, time: Duration)?
    private var bytes: Int64 = 0
    private var last: Int64?

    /// - Parameter time: since any fixed moment; never less than at an earlier call.
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

    /// `nil` before the first second is over.
    func bytesPerSecond(at time: Duration) -> Int64? {
        guard let mark, time - mark.time >= Self.window * 2 else { return last }
        return rate(since: mark, at: time)
    }

    private func rate(since mark: (bytes: Int64, time: Duration), at time: Duration) -> Int64 {
        // One that begins anew has less than before.
        Int64(nearest: Double(max(bytes.minus(mark.bytes), 0)) / ((time - mark.time) / .seconds(1))) ?? 0
    }
}
