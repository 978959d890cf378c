internal import Model

/// Whether something goes on as fast as it has to.
struct LeastPace {
    /// How long it may take to begin.
    private static let start = Duration.seconds(15)
    /// For how long it may be slower then.
    private static let patience = Duration.seconds(4)

    private let bytesPerSecond: Double
    private let begin: Int64
    /// Where it was when it was last looked at, and when; `nil` before it moves.
    private var last: (done: Int64, time: Duration)?

    init(bytesPerSecond: Double, from begin: Int64) {
        self.bytesPerSecond = bytesPerSecond
        self.begin = begin
    }

    /// - Parameter time: since it was asked for.
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
