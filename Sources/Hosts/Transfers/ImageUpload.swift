internal import Control
internal import Libvirt
internal import Logging
internal import Model

/// The transfer of an image's file to a host. Holes stay holes.
///
/// The transfer begins uncompressed, from this server. Once its rate is known, the upload searches for a faster way for
/// the rest, while uncompressed bytes continue to flow: from another host that has the image, or over a separate
/// connection with compression. If that host stops, the rest is sent from here; and if this machine's processor has no
/// time for compression any more, the rest is sent uncompressed. Other transfers to the same host are not affected.
struct ImageUpload: Sendable {
    /// The bytes that may have been in transit when a connection broke: passed to libvirt, but not yet on the host's
    /// disk.
    private static let unsure: Int64 = 32 << 20

    /// Returns, before each piece, how long to wait for the bandwidth that is shared with other transfers; `nil` for no
    /// limit.
    private typealias Turn = @Sendable (Int) -> Duration

    var path: String
    var size: Int64
    var name: VolumeName
    /// The bandwidth that is shared with other transfers; `nil` for no limit.
    var pace: TransferBandwidth?
    /// The route to the host.
    var route: Route
    /// The hosts that may send the image in place of this server; `nil` to ask none.
    var nearer: NearerHosts?
    var keepAlive: KeepAlive
    var log: Logger

    /// Sends the image.
    ///
    /// - Parameters:
    ///   - resumesAt: the position that an earlier attempt reached. Its data are kept except for the last 32 MiB.
    /// - Returns: the bytes of the image that were sent, without the holes.
    func send(over connection: Connection, resumesAt: Int64, _ progress: StepProgress) async throws -> Int64 {
        let volumes = Volumes(connection)
        let kept = resumesAt > Self.unsure ? try await volumes.existing(name) : nil
        let begin = kept == nil ? 0 : max(0, min(resumesAt, size) - Self.unsure)
        let volume: Volume
        if let kept { volume = kept } else { volume = try await volumes.empty(name, size: size) }
        progress.report(done: begin, total: size, sent: 0)
        if let pace {
            try await pace.share { turn in try await send(to: volume, turn, progress) }
        } else {
            try await send(to: volume, nil, progress)
        }
        return progress.bytes?.sent ?? 0
    }

    /// Sends what is left according to `progress`, in the fastest way that is found in the meantime.
    private func send(to volume: Volume, _ turn: Turn?, _ progress: StepProgress) async throws {
        let gauge = UploadGauge()
        let search = Task { await findFaster(gauge, progress) }
        defer { search.cancel() }
        try await sendPlain(volume, gauge, turn, progress)
        guard let begin = progress.bytes, begin.done < size else { return }
        switch gauge.faster {
        case .compressed(let way):
            try await continueSending(compressed: way, gauge.plain, otherwise: volume, turn, progress)
        case .from(let offer): try await continueSending(from: offer, gauge.plain, otherwise: volume, turn, progress)
        case .plain, nil: break
        }
    }

    /// Sends the rest compressed, as long as that is faster.
    private func continueSending(
        compressed way: Volume, _ plain: Double, otherwise volume: Volume, _ turn: Turn?, _ progress: StepProgress
    ) async throws {
        let gauge = UploadGauge()
        let watch = Task { await findSlower(than: plain, gauge, progress) }
        defer { watch.cancel() }
        try await sendCompressed(way, gauge, turn, progress)
        if let bytes = progress.bytes, bytes.done < size { try await sendPlain(volume, UploadGauge(), turn, progress) }
    }

    /// Lets the other host send the rest, as long as that is faster.
    private func continueSending(
        from offer: ImageOffer, _ plain: Double, otherwise volume: Volume, _ turn: Turn?, _ progress: StepProgress
    ) async throws {
        guard let nearer, let begin = progress.bytes else { return }
        progress.report(done: begin.done, total: size, sent: begin.sent, sender: offer.source)
        do {
            try await nearer.take(offer, from: begin.done, atLeast: plain) { done, sent in
                progress.report(done: done, total: size, sent: begin.sent.plus(sent), sender: offer.source)
            }
        } catch {
            offer.end()
            try Task.checkCancellation()
            log.notice(
                "transfer goes on from this server: \(error)",
                metadata: ["volume": "\(name.name)", "source": "\(offer.source)"])
            var alone = self
            alone.nearer = nil
            try await alone.send(to: volume, turn, progress)
        }
    }

    private func sendPlain(
        _ volume: Volume, _ gauge: UploadGauge, _ turn: Turn?, _ progress: StepProgress
    ) async throws {
        guard let begin = progress.bytes else { return }
        try await volume.upload(
            fromFile: path, from: UInt64(clamping: begin.done),
            progress: { done, sent in
                gauge.advanced(to: sent)
                progress.report(
                    done: Int64(clamping: done), total: size, sent: begin.sent.plus(Int64(clamping: sent)))
            },
            pace: { piece in
                gauge.begins()
                return turn?(piece.byteCount) ?? .zero
            },
            until: { gauge.faster != nil })
    }

    private func sendCompressed(
        _ volume: Volume, _ gauge: UploadGauge, _ turn: Turn?, _ progress: StepProgress
    ) async throws {
        guard let begin = progress.bytes else { return }
        progress.report(done: begin.done, total: size, sent: begin.sent, isCompressed: true)
        // The shared bandwidth is counted after compression. SSH does not report the compressed size, so it is measured
        // here.
        let deflater = turn == nil ? nil : Deflater(level: Deflater.fastest)
        try await volume.upload(
            fromFile: path, from: UInt64(clamping: begin.done),
            progress: { done, sent in
                gauge.advanced(to: sent)
                progress.report(
                    done: Int64(clamping: done), total: size, sent: begin.sent.plus(Int64(clamping: sent)),
                    isCompressed: true)
            },
            pace: { piece in
                gauge.begins()
                guard let turn else { return .zero }
                return turn(min(piece.byteCount, deflater?.size(of: piece) ?? .max))
            },
            until: { gauge.faster != nil })
    }

    /// Runs in parallel with uncompressed sending until it is cancelled, or has found a faster way.
    private func findFaster(_ gauge: UploadGauge, _ progress: StepProgress) async {
        var nearer = nearer
        var sample: CompressionSample?
        for await plain in gauge.rates {
            guard let done = progress.bytes?.done, FasterWay.isWorthLooking(rest: size - done, plain: plain),
                nearer != nil || CompressionChoice.isOpen(rest: size - done, plain: plain)
            else { continue }
            let rest = data(from: done)
            if nearer != nil, FasterWay.isWorthLooking(rest: rest, plain: plain, seconds: NearerHosts.lookSeconds),
                let hosts = nearer.take()
            {
                if let offer = await hosts.faster(than: plain, progress, data) {
                    gauge.switchOver(to: .from(offer), plain)
                    return
                }
                continue
            }
            guard let compressedURI = route.compressedURI, CompressionChoice.isOpen(rest: rest, plain: plain) else {
                continue
            }
            if sample == nil { sample = await CompressionSample.taken(of: path, in: done..<size) }
            guard let sample else { return }
            guard CompressionChoice.pays(rest: size - done, plain: plain, sample: sample) else { continue }
            return await compress(over: compressedURI, gauge, plain, sample)
        }
    }

    private func compress(over uri: String, _ gauge: UploadGauge, _ plain: Double, _ sample: CompressionSample) async {
        do {
            // The host's `sshd` may agree to compress and not do it, without any sign of that.
            if try await route.shell?.run(TellCompression(), seconds: 15) == false {
                throw Refusal(.notOffered, "the host's sshd has 'Compression no'")
            }
            // The handshake shares the link with the image, so it has a long deadline.
            let connection = try await Connection.open(uri, deadline: .seconds(15), keepAlive: keepAlive)
            let volume = try await Volumes(connection).existing(name)
            guard !Task.isCancelled, let volume else { return }
            log.notice("transfer goes on compressed", metadata: figures(plain, sample))
            gauge.switchOver(to: .compressed(volume), plain)
        } catch {
            log.notice("transfer stays plain: \(error)", metadata: figures(plain, sample))
        }
    }

    /// Runs in parallel with compressed sending until it is cancelled, or the processor has become the bottleneck.
    private func findSlower(than plain: Double, _ gauge: UploadGauge, _ progress: StepProgress) async {
        var slow = 0
        for await rate in gauge.rates {
            slow = rate < plain ? slow + 1 : 0
            guard slow >= CompressionChoice.doubts, let done = progress.bytes?.done, done < size else { continue }
            slow = 0
            // If the link has become slower, compression helps even more: only a new sample can decide.
            guard let sample = await CompressionSample.taken(of: path, in: done..<size),
                !CompressionChoice.isFaster(than: plain, sample)
            else { continue }
            log.notice("transfer goes on plain again", metadata: figures(plain, sample))
            gauge.switchOver(to: .plain, plain)
            return
        }
    }

    /// Returns the bytes that are left, without holes.
    private func data(from done: Int64) -> Int64 {
        guard done < size else { return 0 }
        let data = try? LocalFile(reading: path).dataBytes(in: UInt64(clamping: done)..<UInt64(clamping: size))
        return data.map { Int64(clamping: $0) } ?? size - done
    }

    private func figures(_ plain: Double, _ sample: CompressionSample) -> Logger.Metadata {
        [
            "volume": "\(name.name)", "plain": "\(plain.kilobytes)",
            "zlib": "\(sample.bytesPerSecond.kilobytes)", "ratio": "\(Int(nearest: sample.ratio * 100) ?? 0) %",
        ]
    }
}
