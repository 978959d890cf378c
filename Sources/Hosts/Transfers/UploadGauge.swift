internal import Libvirt
internal import Synchronization

/// What the thread that sends an image and the task that looks for a faster way tell each other.
final class UploadGauge: Sendable {
    /// Another way to the same volume.
    enum Way: Sendable {
        /// Over a connection that compresses.
        case compressed(Volume)
        /// Over one that does not, again.
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
    private let told: AsyncStream<Double>.Continuation

    /// Bytes per second, as they are found; only the newest waits to be read.
    let rates: AsyncStream<Double>

    init() { (rates, told) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    /// A piece is about to be sent.
    func begins() { state.withLock { $0.begun = .now } }

    /// So many bytes have been sent by now.
    func advanced(to sent: UInt64) {
        let rate: Double? = state.withLock { state in
            guard sent > state.sent else { return nil }
            let piece = sent - state.sent
            state.sent = sent
            return state.rate.sent(Int(clamping: piece), took: state.begun.duration(to: .now))
        }
        if let rate { told.yield(rate) }
    }

    /// Whoever sends goes over to a way that is faster.
    ///
    /// - Parameter plain: how fast it is without, in bytes per second.
    func goOver(to way: Way, _ plain: Double) {
        state.withLock { ($0.faster, $0.plain) = (way, plain) }
    }

    /// A way that is faster, once there is one.
    var faster: Way? { state.withLock { $0.faster } }

    /// How fast it was without that.
    var plain: Double { state.withLock { $0.plain } }
}
