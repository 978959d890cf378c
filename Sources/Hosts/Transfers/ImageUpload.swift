internal import Control
internal import Libvirt
internal import Logging
internal import Model

/// An image's file on its way to a host, holes as holes.
///
/// It begins plain. Once the rate is known, and pieces of what is left have shown that SSH's compression makes it clearly
/// faster, it goes on over a connection of its own that compresses; meanwhile plain bytes go on flowing. When this machine's
/// processor has no time for it any more, the rest is sent plain. Others that send to the same host are not concerned.
struct ImageUpload: Sendable {
    /// What may have been under way when a connection broke, in bytes: told to libvirt, not yet on the host's disk.
    private static let unsure: Int64 = 32 << 20

    var path: String
    var size: Int64
    var name: VolumeName
    /// What it shares with other transfers; `nil` sends as fast as it goes.
    var pace: TransferPace?
    /// Where a connection is opened that compresses; `nil` where there is no such way to the host.
    var compressedURI: String?
    var keepAlive: KeepAlive
    var log: Logger

    /// - Parameters:
    ///   - resumesAt: how far an earlier attempt got. What it left is kept but for the last 32 MiB.
    /// - Returns: the bytes of the image that were sent, without the holes.
    func send(over connection: Connection, resumesAt: Int64, _ progress: StepProgress) async throws -> Int64 {
        let volumes = Volumes(connection)
        let kept = resumesAt > Self.unsure ? try await volumes.existing(name) : nil
        let begin = kept == nil ? 0 : resumesAt - Self.unsure
        let volume: Volume
        if let kept { volume = kept } else { volume = try await volumes.empty(name, size: size) }
        progress.report(done: begin, total: size, sent: 0)
        guard let pace else { return try await send(to: volume, from: begin, nil, progress) }
        return try await pace.share { wait in try await send(to: volume, from: begin, wait, progress) }
    }

    private func send(
        to volume: Volume, from begin: Int64, _ wait: (@Sendable (Int) -> Duration)?, _ progress: StepProgress
    ) async throws -> Int64 {
        let gauge = UploadGauge()
        let search = Task { await findFaster(gauge, progress) }
        defer { search.cancel() }
        let sent = try await plainly(volume, from: begin, gauge, wait, progress)
        guard let faster = gauge.faster, let bytes = progress.bytes, bytes.done < size else { return sent }
        return try await sent + goOn(faster, from: bytes, otherwise: volume, wait, progress)
    }

    /// The rest, or as much of it as is faster compressed.
    private func goOn(
        _ way: UploadGauge.Way, from begin: StepProgress.Bytes, otherwise plain: Volume,
        _ wait: (@Sendable (Int) -> Duration)?, _ progress: StepProgress
    ) async throws -> Int64 {
        progress.report(done: begin.done, total: size, sent: begin.sent, isCompressed: true)
        let gauge = UploadGauge()
        let watch = Task { await findSlower(than: way.plain, gauge, over: plain, progress) }
        defer { watch.cancel() }
        let sent = try await compressed(way.volume, from: begin, gauge, wait, progress)
        guard gauge.faster != nil, let bytes = progress.bytes, bytes.done < size else { return sent }
        return try await sent + plainly(plain, from: bytes.done, after: bytes.sent, UploadGauge(), wait, progress)
    }

    private func plainly(
        _ volume: Volume, from begin: Int64, after before: Int64 = 0, _ gauge: UploadGauge,
        _ wait: (@Sendable (Int) -> Duration)?, _ progress: StepProgress
    ) async throws -> Int64 {
        let sent = try await volume.upload(
            fromFile: path, from: UInt64(begin),
            progress: { done, sent in
                gauge.advanced(to: sent)
                progress.report(done: Int64(done), total: size, sent: before + Int64(sent))
            },
            pace: { piece in
                gauge.begins()
                return wait?(piece.byteCount) ?? .zero
            },
            until: { gauge.faster != nil })
        return Int64(clamping: sent)
    }

    private func compressed(
        _ volume: Volume, from begin: StepProgress.Bytes, _ gauge: UploadGauge,
        _ wait: (@Sendable (Int) -> Duration)?, _ progress: StepProgress
    ) async throws -> Int64 {
        // The shared bandwidth counts what crosses the wire. Nobody tells how much that is, so it is found out here.
        let deflater = wait == nil ? nil : Deflater(level: Deflater.fastest)
        let sent = try await volume.upload(
            fromFile: path, from: UInt64(begin.done),
            progress: { done, sent in
                gauge.advanced(to: sent)
                progress.report(done: Int64(done), total: size, sent: begin.sent + Int64(sent), isCompressed: true)
            },
            pace: { piece in
                gauge.begins()
                guard let wait else { return .zero }
                return wait(min(piece.byteCount, deflater?.size(of: piece) ?? .max))
            },
            until: { gauge.faster != nil })
        return Int64(clamping: sent)
    }

    /// Runs beside plain sending until it is cancelled, or has found a faster way.
    private func findFaster(_ gauge: UploadGauge, _ progress: StepProgress) async {
        guard let compressedURI else { return }
        var sample: CompressionSample?
        for await plain in gauge.rates {
            guard let done = progress.bytes?.done, CompressionChoice.isOpen(rest: size - done, plain: plain) else {
                continue
            }
            if sample == nil { sample = await CompressionSample.taken(of: path, in: done..<size) }
            guard let sample else { return }
            guard CompressionChoice.pays(rest: size - done, plain: plain, sample: sample) else { continue }
            return await goOver(to: compressedURI, gauge, plain, sample)
        }
    }

    private func goOver(to uri: String, _ gauge: UploadGauge, _ plain: Double, _ sample: CompressionSample) async {
        do {
            // The handshake shares the link with the image.
            let connection = try await Connection.open(uri, deadline: .seconds(15), keepAlive: keepAlive)
            let volume = try await Volumes(connection).existing(name)
            guard !Task.isCancelled, let volume else { return }
            log.notice("transfer goes on compressed", metadata: figures(plain, sample))
            gauge.faster = UploadGauge.Way(volume: volume, plain: plain)
        } catch {
            log.notice("transfer stays plain: \(error)", metadata: figures(plain, sample))
        }
    }

    /// Runs beside compressed sending until it is cancelled, or the processor has become the brake.
    private func findSlower(
        than plain: Double, _ gauge: UploadGauge, over volume: Volume, _ progress: StepProgress
    ) async {
        var slow = 0
        for await rate in gauge.rates {
            slow = rate < plain ? slow + 1 : 0
            guard slow >= CompressionChoice.doubts, let done = progress.bytes?.done, done < size else { continue }
            slow = 0
            // A link that has become slow needs compression all the more: only a new sample can tell.
            guard let sample = await CompressionSample.taken(of: path, in: done..<size),
                !CompressionChoice.isFaster(than: plain, sample)
            else { continue }
            log.notice("transfer goes on plain again", metadata: figures(plain, sample))
            gauge.faster = UploadGauge.Way(volume: volume, plain: plain)
            return
        }
    }

    private func figures(_ plain: Double, _ sample: CompressionSample) -> Logger.Metadata {
        [
            "volume": "\(name.name)", "plain": "\(Int(plain / 1000)) kB/s",
            "zlib": "\(Int(sample.bytesPerSecond / 1000)) kB/s", "ratio": "\(Int(sample.ratio * 100)) %",
        ]
    }
}
