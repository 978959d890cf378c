/// Moves a running machine to another host. The step is executed on the destination, where its disks and links
/// are ready.
///
/// The executor inspects both hosts at the start and at the end: the host on which the machine runs counts, not
/// the answer of a call.
package struct MoveMachine: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var source: Host
    package var destination: Host
    /// Whether it runs while its memory is copied; otherwise it is paused for that time.
    package var isLive: Bool
    /// Whether the content of its own disk is copied as well.
    package var copiesDisks: Bool
    /// Whether it writes to a disk that both hosts share.
    package var sharesDisks: Bool
    /// Whether its host starts it at the host's own start. At most one of both hosts does so at any time.
    package var startsWithHost: Bool
    /// Limits on the migration.
    package var limits: MoveLimits
    /// Packets that cross its links during the migration.
    package var flows: [MoveFlow]
    /// Changes to record once it runs on the destination, and once it is back on the source.
    package var recordsThere: [RecordChange]
    package var recordsBack: [RecordChange]
}

extension MoveMachine {
    var words: String {
        "move \(machine.name) here from host \(source.name)\(isLive ? ", live" : ", paused")"
    }
}
