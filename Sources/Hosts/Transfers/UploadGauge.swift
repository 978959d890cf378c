internal import Libvirt
internal import Synchronization

/// What the thread that sends an image and the task that looks for a faster way tell each other.
final class UploadGauge: Sendable {
    /// Another way to the same volume.
    struct Way: Sendable {
        var volume: Volume
        /// How fast it was without compression, in bytes per second.
        var plain: Double
    }

    private struct State {
        var rate = WireRate()
        var begun = ContinuousClock.now
        var sent: UInt64 = 0
        var faster: Way?
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
            let piece = sent - state.sent
            guard piece > 0 else { return nil }
            state.sent = sent
            return state.rate.sent(Int(piece), took: state.begun.duration(to: .now))
        }
        if let rate { told.yield(rate) }
    }

    /// A way that is faster, once there is one: whoever sends goes over to it.
    var faster: Way? {
        get { state.withLock { $0.faster } }
        set { state.withLock { $0.faster = newValue } }
    }
}
