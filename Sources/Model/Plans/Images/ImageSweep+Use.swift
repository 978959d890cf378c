internal import FoundationEssentials

extension ImageSweep {
    /// A copy as it stands: what is known of it, and who uses it.
    struct Standing {
        var copy: ObservedCopy
        var digest: Digest
        var record: ImageOnHost?
        /// Recorded, but not on the host.
        var isMissing = false
        /// Why it has to stay, in words.
        var use: String?

        var idleSince: Date? { record?.lastUsed ?? copy.written }
    }

    /// Every copy that is ours by its record or, where it has none, by the form of its name.
    var standings: [Standing] {
        let records = Dictionary(
            fleet.images(on: host.name).map { ($0.volume, $0) }
        ) { first, _ in first }
        var standings = observed.compactMap { copy -> Standing? in
            let record = records[copy.volume]
            guard let digest = record?.digest ?? (copy.digest.isWellFormed ? copy.digest : nil) else { return nil }
            return Standing(copy: copy, digest: digest, record: record)
        }
        // What is in a pool that is not active is not seen, which says nothing.
        let (seen, active) = (Set(observed.map(\.volume)), Set(pools.map(\.name)))
        for (volume, record) in records where !seen.contains(volume) && active.contains(volume.pool) {
            let copy = ObservedCopy(volume: volume, bytes: 0, written: nil, uses: [])
            standings.append(Standing(copy: copy, digest: record.digest, record: record, isMissing: true))
        }
        for index in standings.indices { standings[index].use = use(of: standings[index]) }
        return standings.sorted {
            ($0.copy.volume.pool, $0.copy.volume.name) < ($1.copy.volume.pool, $1.copy.volume.name)
        }
    }

    private func use(of standing: Standing) -> String? {
        let here = fleet.machines(on: host.name)
        if let machine = here.first(where: { $0.imageFiles.contains(standing.digest) }) {
            return "machine '\(machine.name)' is made from it"
        }
        let volume = standing.copy.volume
        if let operation = unfinished.first(where: { $0.hostNames.contains(host.name) && $0.needs(volume) }) {
            return "operation \(operation.id.text) (\(operation.service)) needs it"
        }
        if let use = standing.copy.uses.first { return use }
        return standing.record?.isShared == true ? "it lies on storage that several hosts share" : nil
    }
}
