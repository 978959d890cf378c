package import Model

/// What an operation that succeeded tells.
package struct OperationOutcome: Sendable, Equatable {
    package struct Phase: Sendable, Equatable {
        package var name: String
        package var milliseconds: Int64
    }

    /// Bytes that were sent to hosts.
    package var sentBytes: Int64 = 0
    package var phases: [Phase] = []
    /// How long a machine that moved stood still, in ms; `nil` where nobody told.
    package var downtimeMilliseconds: Int64?
    /// What moves of machines lost, link by link.
    package var losses: [MoveLoss] = []
    /// Copies of images that left their host, with the bytes they took there.
    package var swept: [VolumeName: Int64] = [:]
    /// Those that stayed, and why.
    package var kept: [VolumeName: String] = [:]
}

typealias Ended = Result<OperationOutcome, Refusal>
