/// Moves a running machine to another host; done there, where its disks and links wait for it.
///
/// Whoever does it looks on both hosts first and last: where the machine runs is what counts, not what was answered.
package struct MoveMachine: Sendable, Equatable, Codable {
    package var machine: MachineReference
    package var source: Host
    package var destination: Host
    /// Whether it runs on while its memory is copied; otherwise it stands still for as long.
    package var isLive: Bool
    /// Whether what its own disk holds goes along.
    package var copiesDisks: Bool
    /// Whether it writes to a disk that both hosts have.
    package var sharesDisks: Bool
    /// Whether its host starts it whenever it starts itself. Never both hosts at once.
    package var startsWithHost: Bool
    /// What it may cost.
    package var limits: MoveLimits
    /// Packets that cross its links meanwhile.
    package var flows: [MoveFlow]
    /// Recorded once it runs there, and once it is back.
    package var recordsThere: [RecordChange]
    package var recordsBack: [RecordChange]
}

extension MoveMachine {
    var words: String {
        "move \(machine.name) here from host \(source.name)\(isLive ? ", live" : ", standing still")"
    }
}
