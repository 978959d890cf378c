package import FoundationEssentials

/// That a host was shut down by us, or is being shut down. Written before it is told to, and removed when it is on again.
package struct ShutdownRecord: Sendable, Equatable, Codable {
    package var since: Date
    /// The run of the host that is ended by it.
    package var boot: HostBoot
    /// Whether the host takes new machines again once it is back: it did before.
    package var liftsMaintenance: Bool
    /// Whether it was seen, and told, that the host is gone.
    package var isDown = false

    package init(since: Date, boot: HostBoot, liftsMaintenance: Bool) {
        self.since = since
        self.boot = boot
        self.liftsMaintenance = liftsMaintenance
    }
}

extension Host {
    /// Why nothing can be asked of the host; `nil` unless it was shut down on purpose, or is on its way there.
    package var absence: Refusal? {
        guard let shutDown else { return nil }
        let words = shutDown.isDown ? "was shut down on purpose" : "is being shut down on purpose"
        return Refusal(
            .hostShutDown,
            "host '\(name)' \(words) (since \(shutDown.since.formatted(.iso8601))); once it is switched on it is found "
                + "by itself", host: name)
    }

    /// What is asked for here counts, and no more what a shutdown had in mind for the host's return.
    package mutating func setMaintenance(since: Date?) {
        maintenance = since
        shutDown?.liftsMaintenance = false
    }
}
