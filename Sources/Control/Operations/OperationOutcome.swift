package import Model

/// The result of an operation that succeeded.
package struct OperationOutcome: Sendable, Equatable {
    package struct Phase: Sendable, Equatable {
        package var name: String
        package var milliseconds: Int64
    }

    package struct Move: Sendable, Equatable {
        package var machine: String
        package var source: String
        package var destination: String
        /// How long the machine was paused, in ms; `nil` if no hypervisor measured it.
        package var downtimeMilliseconds: Int64?
        /// Traffic lost during the migration, per link.
        package var losses: [MoveLoss]
    }

    /// Bytes that were sent to hosts.
    package var sentBytes: Int64 = 0
    package var phases: [Phase] = []
    /// Machines that moved, in the order of their moves.
    package var moves: [Move] = []
    /// Copies of images that were removed from their host, with the bytes they occupied there.
    package var pruned: [VolumeName: Int64] = [:]
    /// Copies that stayed on their host, with the reason.
    package var kept: [VolumeName: String] = [:]
}

typealias Ended = Result<OperationOutcome, Refusal>
