internal import Libvirt
internal import Synchronization

/// Carries rates and decisions between the thread that sends an image and the task that searches for a faster way.
final class UploadGauge: Sendable {
    /// Another way to the same volume.
    enum Way: Sendable {
        /// Over a connection with compression.
        case compressed(Volume)
        /// Over a connection without compression again.
        case plain
        case from(ImageOffer)
    }

    private struct State {
        var rate = WireRate()
        var begun = ContinuousClock.now
        var sent: UInt64 = 0
        var faster: Way?
        var plain = 0.0
    }

    private let state = Mutex(State())
    private let rateInput: AsyncStream<Double>.Continuation

    /// The measured rates in bytes per second; only the newest is kept until it is read.
    let rates: AsyncStream<Double>

    init() { (rates, rateInput) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// Notes that a piece is about to be sent.
    func begins() { state.withLock { $0.begun = .now } }

    /// Notes the total number of bytes sent so far.
    func advanced(to sent: UInt64) {
        let rate: Double? = state.withLock { state in
            guard sent > state.sent else { return nil }
            let piece = sent - state.sent
            state.sent = sent
            return state.rate.sent(Int(clamping: piece), took: state.begun.duration(to: .now))
        }
        if let rate { rateInput.yield(rate) }
    }

    /// Tells the sender to switch to a faster way.
    ///
    /// - Parameter plain: the rate of the current way, in bytes per second.
    func switchOver(to way: Way, _ plain: Double) {
        state.withLock { ($0.faster, $0.plain) = (way, plain) }
    }

    /// The faster way, once one was found.
    var faster: Way? { state.withLock { $0.faster } }

    /// The rate before the switch.
    var plain: Double { state.withLock { $0.plain } }
}
