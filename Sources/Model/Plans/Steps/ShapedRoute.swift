/// The effect of links' shapes on probes that cross all of them, and on the answers.
struct ShapedRoute {
    private let microseconds: Int64
    /// The probability that a probe and its answer both arrive.
    private let arrives: Double

    init(_ links: [VirtualNetwork.Link]) {
        var (microseconds, arrives): (Int64, Double) = (0, 1)
        for link in links {
            guard let shape = link.presentShape else { continue }
            microseconds = microseconds.plus(shape.roundTripMicroseconds(mtu: link.mtu))
            let passes = 1 - (shape.lossPercent ?? 0) / 100
            arrives *= passes * passes
        }
        self.microseconds = microseconds
        self.arrives = max(0.05, arrives)
    }

    /// The timeout of one answer, in seconds; `nil` if no shape makes it longer than usual.
    var patience: Int? { microseconds == 0 ? nil : Int(clamping: min(60, 1 + microseconds.plus(999_999) / 1_000_000)) }

    /// The additional time for probing this number of addresses, in seconds.
    func moreSeconds(for targets: Int) -> Int {
        let each = Double(patience ?? 1)
        let repeated = arrives < 1 ? Double(targets) * each * (2 / arrives - 2) + 10 * each : 0
        return min(900, targets.times((patience ?? 1) - 1).plus(Int(nearest: repeated.rounded(.down)) ?? 900))
    }
}
