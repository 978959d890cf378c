internal import Control
internal import Libvirt
internal import Model

/// Watches a machine during its migration: reports the progress, and enforces the limits.
struct MoveWatch {
    let domain: Domain
    let machine: String
    let limits: MoveLimits
    let progress: StepProgress
    let flows: MoveFlows

    /// Watches until the task is cancelled, or a limit is exceeded and the migration is aborted.
    ///
    /// - Returns: the refusal if the migration was aborted.
    func follow() async -> Refusal? {
        let clock = ContinuousClock()
        let end = limits.deadline.map { clock.now + $0 }
        var nextLook = clock.now
        var isSuspended = false
        while !Task.isCancelled {
            await reportProgress()
            if let end, clock.now >= end, !isSuspended {
                if limits.afterDeadline == .suspend {
                    isSuspended = (try? await domain.suspend()) != nil
                } else if await isAborted() {
                    return late
                }
            }
            if let allowed = limits.gapMilliseconds, clock.now >= nextLook {
                if let gap = await flows.longestGap(), gap > allowed, await isAborted() {
                    return exceeded(gap, allowed)
                }
                nextLook = clock.now + .seconds(1)
            }
            try? await Task.sleep(for: .milliseconds(200))
        }
        return nil
    }

    private func reportProgress() async {
        guard let job = try? await domain.job() else { return }
        guard let reading = JobReading(job) else { return }
        progress.report(done: reading.done, total: reading.total, sent: reading.done)
        progress.report(reading.copying)
    }

    /// Aborts the migration. If that fails, it is tried again, unless the machine was switched at that moment: the
    /// caller then finds it on the destination.
    private func isAborted() async -> Bool { (try? await domain.abortJob()) != nil }

    private var late: Refusal {
        var why = "machine '\(machine)' was not copied within \(limits.deadline?.components.seconds ?? 0) s"
        if let copying = progress.copying {
            why += ": \(copying.remaining >> 20) MiB were left"
            if let rate = copying.bytesPerSecond { why += ", \(rate >> 20) MiB/s crossed" }
            if let dirtied = copying.dirtiedBytesPerSecond { why += ", it wrote \(dirtied >> 20) MiB/s" }
            if let downtime = copying.expectedDowntimeMilliseconds {
                why += ", and the expected downtime was \(downtime) ms"
            }
        }
        return Refusal(
            .migrationFailed, limits.deadlineSeconds == nil ? .gap : .deadline,
            "\(why); it continues to run where it was")
    }

    private func exceeded(_ gap: Int, _ allowed: Int) -> Refusal {
        Refusal(
            .migrationFailed, .gap,
            "while machine '\(machine)' was copied its users met a gap of \(gap) ms, and at most \(allowed) were allowed; "
                + "it continues to run where it was", value: "\(allowed)")
    }
}

/// The progress of a machine's migration, from libvirt's statistics (`VIR_DOMAIN_JOB_…`).
struct JobReading {
    let total: Int64
    let done: Int64
    let copying: StepProgress.Copying

    /// `nil` if libvirt does not report the total amount.
    init?(_ job: [String: TypedValue]) {
        func number(_ name: String) -> Int64? {
            switch job[name] {
            case .uint64(let value): Int64(clamping: value).held(to: Foreign.bytes)
            case .int32(let value): Int64(clamping: value).held(to: Foreign.bytes)
            default: nil
            }
        }
        guard let total = number("data_total"), total > 0, let done = number("data_processed") else { return nil }
        var copying = StepProgress.Copying(remaining: number("data_remaining") ?? 0)
        copying.bytesPerSecond = number("memory_bps")
        if let pages = number("memory_dirty_rate"), let size = number("memory_page_size") {
            copying.dirtiedBytesPerSecond = pages.times(size)
        }
        copying.expectedDowntimeMilliseconds = number("downtime")
        copying.passes = number("memory_iteration").map { Int(clamping: $0) }
        (self.total, self.done, self.copying) = (total, done, copying)
    }
}
