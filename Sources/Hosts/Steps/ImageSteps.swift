internal import Control
internal import Libvirt
internal import Logging
package import Model

extension LibvirtHosts {
    package nonisolated func imageCopies(on host: Host) async throws(Refusal) -> [ObservedCopy] {
        try await with(host) { opened in
            guard opened.facts.hypervisor != .test else { return [] }
            return try await CopyUses(of: opened.connection).copies()
        }
    }
}

extension StepHost {
    func send(_ send: SendImage, _ progress: StepProgress) async throws -> StepOutcome {
        let (hosts, access, log) = (hosts, hosts.access, hosts.log)
        let file = try await hosts.vault.file(of: send.file.digest)
        let nearer = NearerHosts(
            taker: opened, volume: send.volume, size: send.file.size, imageSources: send.imageSources,
            open: { (host) async throws(Refusal) in
                try await hosts.session(host).opened(patience: access.patience)
            }, log: log)
        let upload = ImageUpload(
            path: file.path, size: send.file.size, name: send.volume, pace: access.transferBandwidth,
            route: opened.route,
            nearer: send.imageSources.isEmpty ? nil : nearer, keepAlive: access.keepAlive, log: log)
        return StepOutcome(sentBytes: try await self.send(send, file, upload, over: try await streams(), progress))
    }

    /// Removes the copy unless it is complete: a complete copy may be in use by another host, on storage that both
    /// share.
    func undoSend(_ send: SendImage) async throws {
        if let file = try? await hosts.vault.file(of: send.file.digest),
            await CopyCheck(send, file, on: opened).findsWhole()
        {
            return
        }
        try await Volumes(connection).remove(send.volume)
    }

    /// - Returns: the bytes that were sent.
    private func send(
        _ send: SendImage, _ file: StoredFile, _ upload: ImageUpload, over streams: Connection, _ progress: StepProgress
    ) async throws -> Int64 {
        // On shared storage, another host may have sent the copy already, and machines may use it.
        if progress.resumesAt == 0, await CopyCheck(send, file, on: opened).findsWhole() { return 0 }
        let attempt = { (upload: ImageUpload, resumesAt: Int64) async throws in
            let sent = try await upload.send(over: streams, resumesAt: resumesAt, progress)
            try await verify(send, file)
            return sent
        }
        do {
            return try await attempt(upload, progress.resumesAt)
        } catch let refusal as Refusal
            where refusal.code == .transferCorrupt && (progress.resumesAt > 0 || !progress.senders.isEmpty)
        {
            // The host lost power and more of an earlier attempt than expected, or the host that sent the image had a
            // damaged copy.
            upload.log.warning(
                "image did not arrive as it is; it is sent once more, from this server",
                metadata: [
                    "volume": "\(send.volume.name)", "found": "\(refusal.detail ?? "")",
                    "imageSources": "\(progress.senders.sorted().joined(separator: " "))",
                ])
            var alone = upload
            alone.nearer = nil
            let before = progress.bytes?.sent ?? 0
            return try await before + attempt(alone, 0)
        }
    }

    /// Checks the copy. If the host cannot check it, the successful end of libvirt's stream has to suffice.
    private func verify(_ send: SendImage, _ file: StoredFile) async throws {
        guard case .other(let found) = try await CopyCheck(send, file, on: opened).verdict() else { return }
        throw Refusal(
            .transferCorrupt,
            "image '\(send.image)' did not arrive as it was sent; nothing uses it, and it was removed", detail: found)
    }

    /// Reads all uses once more, then removes the unused copies. Between this reading and the removal of the last copy
    /// another program may still begin to use one: libvirt has no lock for that.
    ///
    /// - Throws: only before anything is removed.
    func prune(_ copies: [PrunedCopy]) async throws -> StepOutcome {
        let found = try await CopyUses(of: connection).copies()
        let existing = Dictionary(found.map { ($0.volume, $0) }) { first, _ in first }
        var outcome = StepOutcome()
        for copy in copies {
            if let observed = existing[copy.volume] {
                try await removal(observed, &outcome)
            } else {
                outcome.pruned[copy.volume] = 0
            }
        }
        return outcome
    }

    private func removal(_ copy: ObservedCopy, _ outcome: inout StepOutcome) async throws {
        if let use = copy.uses.first {
            outcome.kept[copy.volume] = use
        } else if Task.isCancelled {
            outcome.kept[copy.volume] = "the operation was cancelled before its turn came"
        } else if await isRemoved(copy.volume) {
            outcome.pruned[copy.volume] = copy.bytes
        }
    }

    /// Removes a copy. After an error the copy may be gone all the same, so the store's record of it is not restored.
    private func isRemoved(_ volume: VolumeName) async -> Bool {
        do {
            try await Volumes(connection).remove(volume)
            return true
        } catch {
            return false
        }
    }
}
