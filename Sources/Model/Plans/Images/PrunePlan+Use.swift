internal import FoundationEssentials

extension PrunePlan {
    /// The current status of a copy: its record, and its use.
    struct CopyStatus {
        var copy: ObservedCopy
        var digest: Digest
        var record: ImageOnHost?
        /// Recorded, but missing on the host.
        var isMissing = false
        /// The reason why it must stay, in words.
        var use: String?

        var idleSince: Date? { record?.lastUsed ?? copy.written }
    }

    /// Every copy that is ours by its record or, without a record, by the form of its name.
    var statuses: [CopyStatus] {
        let records = Dictionary(
            fleet.images(on: host.name).map { ($0.volume, $0) }
        ) { first, _ in first }
        var statuses = observed.compactMap { copy -> CopyStatus? in
            let record = records[copy.volume]
            guard let digest = record?.digest ?? (copy.digest.isWellFormed ? copy.digest : nil) else { return nil }
            return CopyStatus(copy: copy, digest: digest, record: record)
        }
        // Copies in an inactive pool are invisible; their absence proves nothing.
        let (visible, active) = (Set(observed.map(\.volume)), Set(pools.map(\.name)))
        for (volume, record) in records where !visible.contains(volume) && active.contains(volume.pool) {
            let copy = ObservedCopy(volume: volume, bytes: 0, written: nil, uses: [])
            statuses.append(CopyStatus(copy: copy, digest: record.digest, record: record, isMissing: true))
        }
        for index in statuses.indices { statuses[index].use = use(of: statuses[index]) }
        return statuses.sorted {
            ($0.copy.volume.pool, $0.copy.volume.name) < ($1.copy.volume.pool, $1.copy.volume.name)
        }
    }

    private func use(of status: CopyStatus) -> String? {
        let here = fleet.machines(on: host.name)
        if let machine = here.first(where: { $0.imageFiles.contains(status.digest) }) {
            return "machine '\(machine.name)' is made from it"
        }
        let volume = status.copy.volume
        if let operation = unfinished.first(where: { $0.hostNames.contains(host.name) && $0.needs(volume) }) {
            return "operation \(operation.id.text) (\(operation.service)) needs it"
        }
        if let use = status.copy.uses.first { return use }
        return status.record?.isShared == true ? "it is on storage that several hosts share" : nil
    }
}
