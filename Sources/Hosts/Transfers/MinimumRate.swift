internal import Model

/// Checks that a transfer keeps a minimum rate.
struct MinimumRate {
    /// The time limit for the first byte.
    private static let start = Duration.seconds(15)
    /// The interval over which the rate is measured after that.
    private static let patience = Duration.seconds(4)

    private let bytesPerSecond: Double
    private let begin: Int64
    /// The position and time of the last measurement; `nil` before the first byte.
    private var last: (done: Int64, time: Duration)?

    init(bytesPerSecond: Double, from begin: Int64) {
        self.bytesPerSecond = bytesPerSecond
        self.begin = begin
    }

    /// Returns whether the transfer is fast enough.
    ///
    /// - Parameter time: the time since the transfer was requested.
    mutating func holds(_ done: Int64, after time: Duration) -> Bool {
        guard let known = last else {
            if done > begin { last = (done, time) }
            return done > begin || time < Self.start
        }
        let took = time - known.time
        guard took >= Self.patience else { return true }
        last = (done, time)
        return Double(done.minus(known.done)) >= bytesPerSecond * (took / .seconds(1))
    }
}
