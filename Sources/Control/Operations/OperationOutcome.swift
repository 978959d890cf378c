package import Model

/// What an operation that succeeded tells.
package struct OperationOutcome: Sendable, Equatable {
    package struct Phase: Sendable, Equatable {
        package var name: String
        package var milliseconds: Int64
    }

    package struct Move: Sendable, Equatable {
        package var machine: String
        package var source: String
        package var destination: String
        /// How long it stood still, in ms; `nil` where nobody told.
        package var downtimeMilliseconds: Int64?
        /// What was lost meanwhile, link by link.
        package var losses: [MoveLoss]
    }

    /// Bytes that were sent to hosts.
    package var sentBytes: Int64 = 0
    package var phases: [Phase] = []
    /// Machines that moved, in their order.
    package var moves: [Move] = []
    /// Copies of images that left their host, with the bytes they took there.
    package var swept: [VolumeName: Int64] = [:]
    /// Those that stayed, and why.
    package var kept: [VolumeName: String] = [:]
}

typealias Ended = Result<OperationOutcome, Refusal>
