package import FoundationEssentials

/// A record that the server shut a host down, or is shutting it down. It is written before the command is sent,
/// and removed when the host is on again.
package struct ShutdownRecord: Sendable, Equatable, Codable {
    package var since: Date
    /// The boot of the host that the shutdown ends.
    package var boot: HostBoot
    /// Whether the host accepts new machines again once it is back, as it did before.
    package var liftsMaintenance: Bool
    /// Whether the server has observed and reported that the host is off.
    package var isDown = false

    package init(since: Date, boot: HostBoot, liftsMaintenance: Bool) {
        self.since = since
        self.boot = boot
        self.liftsMaintenance = liftsMaintenance
    }
}

extension Host {
    /// The reason why the host cannot be contacted; `nil` unless it was shut down on purpose, or is being shut
    /// down.
    package var absence: Refusal? {
        guard let shutDown else { return nil }
        let words = shutDown.isDown ? "was shut down on purpose" : "is being shut down on purpose"
        return Refusal(
            .hostShutDown,
            "host '\(name)' \(words) (since \(shutDown.since.formatted(.iso8601))); once it is switched on, the server finds it "
                + "by itself", host: name)
    }

    /// The new setting takes precedence over the shutdown's plan for the host's return.
    package mutating func setMaintenance(since: Date?) {
        maintenance = since
        shutDown?.liftsMaintenance = false
    }
}
