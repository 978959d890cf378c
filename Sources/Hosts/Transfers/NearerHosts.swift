internal import Control
internal import Libvirt
internal import Logging
internal import Model
internal import Synchronization

/// Hosts that may send an image's file to another host faster than this server does.
struct NearerHosts: Sendable {
    /// The host that receives the file.
    var taker: HostSession.Opened
    var volume: VolumeName
    var size: Int64
    var imageSources: [ImageSource]
    var open: @Sendable (Host) async throws(Refusal) -> HostSession.Opened
    var log: Logger

    /// The maximum number of hosts to ask for an offer.
    private static let most = 3
    /// The time, in seconds, that asking one host takes.
    static let lookSeconds = 2.0

    /// Returns an offer of a host that is clearly faster. The first host with an offer decides: others are hardly
    /// nearer.
    ///
    /// - Parameters:
    ///   - plain: the rate from this server, in bytes per second.
    ///   - progress: the progress of sending from this server, which continues.
    ///   - data: returns how many bytes are left from a position on, without holes.
    func faster(
        than plain: Double, _ progress: StepProgress, _ data: (_ done: Int64) -> Int64
    ) async -> ImageOffer? {
        guard let shell = taker.route.shell else { return nil }
        for source in imageSources.prefix(Self.most) where !Task.isCancelled {
            var facts: Logger.Metadata = [
                "volume": "\(volume.name)", "source": "\(source.host.name)", "plain": "\(plain.kilobytes)",
            ]
            do {
                let offer = try await ImageOffer.made(by: source, over: open(source.host))
                let rate = try await rate(of: offer, from: progress.bytes?.done ?? 0, over: shell)
                facts["rate"] = "\(rate.kilobytes)"
                let rest = data(progress.bytes?.done ?? 0)
                guard FasterWay(rate: rate, plain: plain).saves(Double(rest)) else {
                    log.info("transfer stays with this server", metadata: facts)
                    return nil
                }
                log.notice("transfer goes on from a host that has it", metadata: facts)
                return offer
            } catch {
                log.info("a host that has the image cannot send it: \(error)", metadata: facts)
            }
        }
        return nil
    }

    private func rate(of offer: ImageOffer, from done: Int64, over shell: Shell) async throws(Refusal) -> Double {
        let lines = LastLine()
        let take = TakeImage(offer, from: done, of: size, into: nil)
        try await shell.follow(take, seconds: 30) { lines.take($0) }
        guard let rate = TakeAnswer.rate(lines.text) else {
            throw Refusal(.internalError, "the host did not report the rate")
        }
        return rate
    }

    /// Lets the host receive the rest from another host, and reports the progress.
    ///
    /// - Parameter plain: the minimum rate, in bytes per second, including holes.
    /// - Throws: `timedOut` if it is slower for some seconds.
    func take(
        _ offer: ImageOffer, from done: Int64, atLeast plain: Double,
        _ report: @escaping @Sendable (_ done: Int64, _ sent: Int64) -> Void
    ) async throws {
        guard let shell = taker.route.shell else { throw Refusal(.notOffered, "no program can be run on the host") }
        let path = try await Volumes(taker.connection).path(volume)
        let take = TakeImage(offer, from: done, of: size, into: path)
        let begun = ContinuousClock.now
        let pace = Mutex(MinimumRate(bytesPerSecond: plain, from: done))
        try await shell.follow(take, seconds: ImageOffer.seconds) { line in
            guard let reached = TakeAnswer.reached(line, of: size) else { return }
            report(reached.done, reached.sent)
            guard pace.withLock({ $0.holds(reached.done, after: begun.duration(to: .now)) }) else {
                throw Refusal(.timedOut, "host \(offer.source) sends it slower than this server did")
            }
        }
    }
}

/// The last line that a script printed.
private final class LastLine: Sendable {
    private let line = Mutex("")

    func take(_ text: String) { line.withLock { $0 = text } }

    var text: String { line.withLock { $0 } }
}
